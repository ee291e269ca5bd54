namespace Sealway.Fleet;

using System.Text;

/// <summary>Comma-separated values (RFC 4180) with a line of column names; fields may be quoted, and hold no line breaks.</summary>
internal sealed class CsvTable
{
    /// <summary>Lines of one file: a very large factory's day.</summary>
    internal const int MostLines = 1_000_000;

    private const int LongestLine = 16_384;

    private CsvTable(IReadOnlyList<string> columns, IReadOnlyList<(int Line, string[] Fields)> rows)
    {
        Columns = columns;
        Rows = rows;
    }

    internal IReadOnlyList<string> Columns { get; }

    internal IReadOnlyList<(int Line, string[] Fields)> Rows { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FleetFileException">It cannot be read, or a line is not of this form; the text names it.</exception>
    internal static CsvTable Read(string path)
    {
        try
        {
            string[]? columns = null;
            List<(int, string[])> rows = [];
            int number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (number > MostLines || line.Length > LongestLine)
                {
                    throw new FleetFileException(path, $"line {number}: a file has at most {MostLines} lines of at most {LongestLine} characters; split it");
                }

                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                string[] fields = Split(line) ?? throw new FleetFileException(path, $"line {number}: a quote is opened and not closed, or stands inside a field");
                if (columns is null)
                {
                    columns = [.. fields.Select(field => field.Trim().ToLowerInvariant())];
                }
                else if (fields.Length != columns.Length)
                {
                    throw new FleetFileException(path, $"line {number}: {fields.Length} fields, and the first line names {columns.Length} columns");
                }
                else
                {
                    rows.Add((number, fields));
                }
            }

            return new CsvTable(columns ?? throw new FleetFileException(path, "it is empty; the first line names the columns"), rows);
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            throw new FleetFileException(path, $"it cannot be read: {inner.Message}", inner);
        }
    }

    internal static string Line(params string[] fields) => string.Join(',', fields.Select(field =>
        field.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field));

    internal string Field(string[] fields, string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == column)
            {
                return fields[i].Trim();
            }
        }

        return "";
    }

    private static string[]? Split(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        for (int i = 0; ; i++)
        {
            if (i < line.Length && line[i] == '"' && field.Length == 0)
            {
                for (i++; ; i++)
                {
                    if (i >= line.Length)
                    {
                        return null;
                    }

                    if (line[i] == '"')
                    {
                        if (i + 1 < line.Length && line[i + 1] == '"')
                        {
                            i++;
                        }
                        else
                        {
                            break;
                        }
                    }

                    field.Append(line[i]);
                }

                i++;
                if (i < line.Length && line[i] != ',')
                {
                    return null;
                }
            }

            if (i >= line.Length || line[i] == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
                if (i >= line.Length)
                {
                    return [.. fields];
                }
            }
            else if (line[i] == '"')
            {
                return null;
            }
            else
            {
                field.Append(line[i]);
            }
        }
    }
}
