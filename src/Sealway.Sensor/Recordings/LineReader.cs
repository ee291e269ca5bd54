namespace Sealway.Sensor.Recordings;

using System.Text;

/// <summary>The lines of a text file, UTF-8, ended by LF, CR LF or CR, read as they are asked for.</summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>The longest line, in characters. The widest known file has lines of some 200; a file without line ends must not fill the memory.</summary>
    public const int LongestLine = 65_536;

    private readonly StreamReader reader;
    private readonly string file;
    private readonly char[] buffer = new char[8_192];
    private readonly StringBuilder line = new();
    private int at;
    private int filled;
    private bool afterReturn;

    public LineReader(string file)
    {
        this.file = file;
        try
        {
            reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 65_536), Encoding.UTF8, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException(file, 0, "cannot be opened: " + e.Message, e);
        }
    }

    /// <summary>The number of the line last read, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The next line, or null at the end.</summary>
    public string? Next()
    {
        line.Clear();
        bool any = false;
        while (true)
        {
            if (at == filled && !Fill())
            {
                if (!any)
                {
                    return null;
                }

                Number++;
                return line.ToString();
            }

            if (afterReturn)
            {
                afterReturn = false;
                if (buffer[at] == '\n')
                {
                    at++;
                    continue;
                }
            }

            any = true;
            ReadOnlySpan<char> rest = buffer.AsSpan(at, filled - at);
            int end = rest.IndexOfAny('\r', '\n');
            ReadOnlySpan<char> part = end < 0 ? rest : rest[..end];
            if (line.Length + part.Length > LongestLine)
            {
                throw new RecordingException(file, Number + 1, $"the line is longer than {LongestLine} characters");
            }

            if (end < 0)
            {
                line.Append(part);
                at = filled;
                continue;
            }

            Number++;
            at += end + 1;
            afterReturn = rest[end] == '\r';
            return line.Length == 0 ? part.ToString() : line.Append(part).ToString();
        }
    }

    public void Dispose() => reader.Dispose();

    private bool Fill()
    {
        at = 0;
        try
        {
            filled = reader.Read(buffer, 0, buffer.Length);
        }
        catch (IOException e)
        {
            throw new RecordingException(file, Number + 1, "cannot be read: " + e.Message, e);
        }

        return filled > 0;
    }
}
