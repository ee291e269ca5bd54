namespace Sealway.Fuzz.Tests;

using System.Globalization;

/// <summary>A line of the table that fuzz/run ends with.</summary>
/// <param name="Target">The target.</param>
/// <param name="Executions">Inputs run.</param>
/// <param name="Seeds">Inputs it began with.</param>
/// <param name="Paths">Inputs kept because they reached something new, the seeds among them.</param>
/// <param name="Edges">Branches reached.</param>
/// <param name="Findings">Inputs that broke a rule.</param>
public sealed record FuzzLine(string Target, long Executions, int Seeds, int Paths, int Edges, int Findings)
{
    private const int Columns = 7;

    /// <summary>Reads the table.</summary>
    public static IEnumerable<FuzzLine> Read(string output) => output.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length == Columns && char.IsAsciiDigit(fields[1][0]) && char.IsAsciiDigit(fields[2][0]))
        .Select(fields => new FuzzLine(fields[0], Number(fields[1]), (int)Number(fields[3]), (int)Number(fields[4]), (int)Number(fields[5]), (int)Number(fields[6])));

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
