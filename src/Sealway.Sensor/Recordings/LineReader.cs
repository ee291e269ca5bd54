namespace Sealway.Sensor.Recordings;

using System.Text;

/// <summary>The lines of a text file, UTF-8, ended by LF, CR LF or CR, read as they are asked for.</summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>The longest line, in characters. The widest known file has lines of some 200; a file without line ends must not fill the memory.</summary>
    public const int LongestLine = 65_536;

    private readonly StreamReader _reader;
    private readonly string _file;
    private readonly char[] _buffer = new char[8_192];
    private readonly StringBuilder _line = new();
    private int _at;
    private int _filled;
    private bool _afterReturn;

    public LineReader(string file)
    {
        _file = file;
        try
        {
            _reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 65_536), Encoding.UTF8, true);
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
        _line.Clear();
        bool any = false;
        while (true)
        {
            if (_at == _filled && !Fill())
            {
                if (!any)
                {
                    return null;
                }

                Number++;
                return _line.ToString();
            }

            if (_afterReturn)
            {
                _afterReturn = false;
                if (_buffer[_at] == '\n')
                {
                    _at++;
                    continue;
                }
            }

            any = true;
            ReadOnlySpan<char> rest = _buffer.AsSpan(_at, _filled - _at);
            int end = rest.IndexOfAny('\r', '\n');
            ReadOnlySpan<char> part = end < 0 ? rest : rest[..end];
            if (_line.Length + part.Length > LongestLine)
            {
                throw new RecordingException(_file, Number + 1, $"the line is longer than {LongestLine} characters");
            }

            if (end < 0)
            {
                _line.Append(part);
                _at = _filled;
                continue;
            }

            Number++;
            _at += end + 1;
            _afterReturn = rest[end] == '\r';
            return _line.Length == 0 ? part.ToString() : _line.Append(part).ToString();
        }
    }

    public void Dispose() => _reader.Dispose();

    private bool Fill()
    {
        _at = 0;
        try
        {
            _filled = _reader.Read(_buffer, 0, _buffer.Length);
        }
        catch (IOException e)
        {
            throw new RecordingException(_file, Number + 1, "cannot be read: " + e.Message, e);
        }

        return _filled > 0;
    }
}
