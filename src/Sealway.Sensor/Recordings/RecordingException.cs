namespace Sealway.Sensor.Recordings;

/// <summary>A recording cannot be read. The message names the file and the line, never what was measured.</summary>
public sealed class RecordingException : Exception
{
    internal RecordingException(string file, int line, string mistake, Exception? inner = null)
        : base(line > 0 ? $"{file}, line {line}: {mistake}" : $"{file}: {mistake}", inner)
    {
        File = file;
        Line = line;
    }

    /// <summary>The file's path.</summary>
    public string File { get; }

    /// <summary>The line, counted from 1; 0 where the mistake is not in a line (the file is missing, say).</summary>
    public int Line { get; }
}
