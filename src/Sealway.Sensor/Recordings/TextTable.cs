namespace Sealway.Sensor.Recordings;

/// <summary>A text file with a header line and rows of fields; empty lines are passed over.</summary>
internal sealed class TextTable : IDisposable
{
    private readonly LineReader _lines;
    private readonly Row _row = new();
    private readonly string _file;

    /// <summary>Opens the file and reads its header.</summary>
    /// <exception cref="RecordingException">The file cannot be opened or has no header.</exception>
    public TextTable(string file)
    {
        _file = file;
        _lines = new LineReader(file);
        try
        {
            if (!Next())
            {
                throw new RecordingException(file, 1, "the file is empty: a header is missing");
            }
        }
        catch
        {
            _lines.Dispose();
            throw;
        }

        string[] names = new string[_row.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = _row[i].ToString();
        }

        Columns = names;
        HeaderLine = _lines.Number;
    }

    /// <summary>The names in the header.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The line that the header is on.</summary>
    public int HeaderLine { get; }

    /// <summary>The row last read.</summary>
    public Row Row => _row;

    /// <summary>The index of the first column of that name, in any case of letters, or −1.</summary>
    public int Column(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>As <see cref="Column"/>; an absent column is a mistake in the header.</summary>
    public int Require(string name)
    {
        int index = Column(name);
        return index >= 0 ? index : throw new RecordingException(_file, HeaderLine, $"the header has no column '{name}'");
    }

    /// <summary>Goes to the next row that is not empty.</summary>
    public bool Next()
    {
        while (_lines.Next() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (line.Contains('\0', StringComparison.Ordinal))
            {
                throw Mistake("not a text file");
            }

            return _row.Cut(line) is { } mistake ? throw Mistake(mistake) : true;
        }

        return false;
    }

    /// <summary>A mistake in the line last read.</summary>
    public RecordingException Mistake(string mistake) => new(_file, _lines.Number, mistake);

    public void Dispose() => _lines.Dispose();
}
