namespace Sealway.Cli.Drill;

using System.Globalization;
using System.Text.Json.Serialization;

/// <summary>What a crash drill measured and found, as its JSON says it.</summary>
/// <param name="Rounds">Rounds done.</param>
/// <param name="Seed">Of the choice of victims and moments.</param>
/// <param name="KillsByRole">Processes killed, by role.</param>
/// <param name="Ward">The ward's readings.</param>
/// <param name="Home">The home's readings.</param>
/// <param name="Lost">Acknowledged readings that were missing somewhere.</param>
/// <param name="Doubled">Readings that stood twice.</param>
/// <param name="Contradictions">Heads, entries and numbers that contradicted earlier ones.</param>
/// <param name="Foreign">Readings that no sensor signed, or that were not valid.</param>
/// <param name="Stuck">Parts that did not come back or did not do their work in time.</param>
/// <param name="Unsound">What the archive's own check found.</param>
/// <param name="Generations">Generations begun beyond the first, of both gateways: a kill alone needs none.</param>
/// <param name="Heads">Different heads seen.</param>
/// <param name="Checks">How often everything was compared.</param>
/// <param name="Seconds">How long all took.</param>
/// <param name="SecondsARound">How long a round took, comparing apart: mean and longest.</param>
/// <param name="Findings">The first of what was wrong.</param>
internal sealed record CrashSummary(
    int Rounds,
    int Seed,
    IReadOnlyDictionary<string, long> KillsByRole,
    CrashSummary.WardPart Ward,
    CrashSummary.HomePart Home,
    long Lost,
    long Doubled,
    long Contradictions,
    long Foreign,
    long Stuck,
    long Unsound,
    ulong Generations,
    int Heads,
    int Checks,
    double Seconds,
    CrashSummary.Time SecondsARound,
    IReadOnlyList<Finding> Findings)
{
    /// <summary>The ward's readings: signed by a sensor, acknowledged to it, refused to it, in the gateway's log, in the cloud, valid in the archive.</summary>
    internal sealed record WardPart(long Signed, long Acknowledged, long Refused, long Logged, long Cloud, long Archived);

    /// <summary>The home's readings: signed, acknowledged, refused, opened by the app.</summary>
    internal sealed record HomePart(long Signed, long Acknowledged, long Refused, long Opened);

    /// <summary>Mean and longest, in seconds.</summary>
    internal sealed record Time(double Mean, double Longest);

    [JsonIgnore]
    public bool Holds => Findings.Count == 0 && Rounds > 0 && Ward.Acknowledged > 0 && Home.Acknowledged > 0;

    /// <summary>The figures in words.</summary>
    public string Told() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Rounds} rounds in {Seconds:0} s ({SecondsARound.Mean:0.0} s a round, at most {SecondsARound.Longest:0.0} s), seed {Seed}; killed: {string.Join(", ", KillsByRole.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")))}
        ward: {Ward.Signed} readings signed, {Ward.Acknowledged} acknowledged, {Ward.Refused} refused; {Ward.Logged} logged, {Ward.Cloud} in the cloud, {Ward.Archived} archived
        home: {Home.Signed} readings signed, {Home.Acknowledged} acknowledged, {Home.Refused} refused; {Home.Opened} opened
        {Lost} lost, {Doubled} doubled, {Contradictions} contradictions in {Heads} heads, {Foreign} foreign, {Stuck} stuck, {Unsound} unsound; {Generations} further generations; compared {Checks} times
        {(Holds ? "every acknowledged reading is where it must be, once" : Findings.Count == 0 ? "NOTHING WAS TRIED" : string.Join(Environment.NewLine, Findings.Take(20).Select(finding => $"{finding.Kind} after round {finding.Round}: {finding.Where}: {finding.What}")))}
        """);
}
