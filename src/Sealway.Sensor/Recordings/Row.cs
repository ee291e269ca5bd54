namespace Sealway.Sensor.Recordings;

/// <summary>One line cut into fields at its commas (RFC 4180), blanks around a field removed. Reused for line after line.</summary>
internal sealed class Row
{
    /// <summary>The most fields a line may have; the widest known file has 29.</summary>
    public const int MostFields = 1_024;

    private readonly List<(int Start, int Length)> fields = [];
    private string line = "";
    private string?[]? unquoted;

    /// <summary>The number of fields.</summary>
    public int Count => fields.Count;

    /// <summary>A field; empty where the row is too short to have it.</summary>
    public ReadOnlySpan<char> this[int index]
    {
        get
        {
            if ((uint)index >= (uint)fields.Count)
            {
                return default;
            }

            (int start, int length) = fields[index];
            return unquoted is { } strings && strings[index] is { } text ? text : line.AsSpan(start, length);
        }
    }

    /// <summary>Cuts a line; returns what is wrong with it, or null.</summary>
    public string? Cut(string text)
    {
        line = text;
        fields.Clear();
        unquoted = null;
        int at = 0;
        while (true)
        {
            if (fields.Count == MostFields)
            {
                return $"more than {MostFields} fields";
            }

            while (at < line.Length && line[at] is ' ' or '\t')
            {
                at++;
            }

            if (at < line.Length && line[at] == '"')
            {
                if (Quoted(ref at) is { } mistake)
                {
                    return mistake;
                }
            }
            else
            {
                int comma = line.IndexOf(',', at);
                int end = comma < 0 ? line.Length : comma;
                fields.Add((at, line.AsSpan(at, end - at).TrimEnd().Length));
                at = end;
            }

            if (at >= line.Length)
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
            int quote = line.IndexOf('"', at);
            if (quote < 0)
            {
                return "a quote is not closed";
            }

            at = quote + 1;
            if (at == line.Length || line[at] != '"')
            {
                break;
            }

            doubled = true;
            at++;
        }

        ReadOnlySpan<char> inside = line.AsSpan(start, at - 1 - start);
        if (doubled)
        {
            unquoted ??= new string?[MostFields];
            unquoted[fields.Count] = inside.ToString().Replace("\"\"", "\"", StringComparison.Ordinal);
        }

        ReadOnlySpan<char> trimmed = inside.TrimStart();
        fields.Add((start + inside.Length - trimmed.Length, trimmed.TrimEnd().Length));
        while (at < line.Length && line[at] is ' ' or '\t')
        {
            at++;
        }

        return at == line.Length || line[at] == ',' ? null : "a quoted field is not followed by a comma";
    }
}
