namespace Sealway.Sensor.Recordings;

/// <summary>One line cut into fields at its commas (RFC 4180), blanks around a field removed. Reused for line after line.</summary>
internal sealed class Row
{
    /// <summary>The most fields a line may have; the widest known file has 29.</summary>
    public const int MostFields = 1_024;

    private readonly List<(int Start, int Length)> _fields = [];
    private string _line = "";
    private string?[]? _unquoted;

    /// <summary>The number of fields.</summary>
    public int Count => _fields.Count;

    /// <summary>A field; empty where the row is too short to have it.</summary>
    public ReadOnlySpan<char> this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_fields.Count)
            {
                return default;
            }

            (int start, int length) = _fields[index];
            return _unquoted is { } strings && strings[index] is { } text ? text : _line.AsSpan(start, length);
        }
    }

    /// <summary>Cuts a line; returns what is wrong with it, or null.</summary>
    public string? Cut(string text)
    {
        _line = text;
        _fields.Clear();
        _unquoted = null;
        int at = 0;
        while (true)
        {
            if (_fields.Count == MostFields)
            {
                return $"more than {MostFields} fields";
            }

            while (at < _line.Length && _line[at] is ' ' or '\t')
            {
                at++;
            }

            if (at < _line.Length && _line[at] == '"')
            {
                if (Quoted(ref at) is { } mistake)
                {
                    return mistake;
                }
            }
            else
            {
                int comma = _line.IndexOf(',', at);
                int end = comma < 0 ? _line.Length : comma;
                _fields.Add((at, _line.AsSpan(at, end - at).TrimEnd().Length));
                at = end;
            }

            if (at >= _line.Length)
            {
                return null;
            }

            at++;
        }
    }

    private string? Quoted(ref int at)
    {
        int start = ++at;
        bool doubled = false;
        while (true)
        {
            int quote = _line.IndexOf('"', at);
            if (quote < 0)
            {
                return "a quote is not closed";
            }

            at = quote + 1;
            if (at == _line.Length || _line[at] != '"')
            {
                break;
            }

            doubled = true;
            at++;
        }

        ReadOnlySpan<char> inside = _line.AsSpan(start, at - 1 - start);
        if (doubled)
        {
            _unquoted ??= new string?[MostFields];
            _unquoted[_fields.Count] = inside.ToString().Replace("\"\"", "\"", StringComparison.Ordinal);
        }

        ReadOnlySpan<char> trimmed = inside.TrimStart();
        _fields.Add((start + inside.Length - trimmed.Length, trimmed.TrimEnd().Length));
        while (at < _line.Length && _line[at] is ' ' or '\t')
        {
            at++;
        }

        return at == _line.Length || _line[at] == ',' ? null : "a quoted field is not followed by a comma";
    }
}
