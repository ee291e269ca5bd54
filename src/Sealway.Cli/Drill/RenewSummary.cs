namespace Sealway.Cli.Drill;

using System.Globalization;
using System.Text.Json.Serialization;

/// <summary>What a renewal drill measured and found, as its JSON says it.</summary>
/// <param name="LifeSeconds">How long each certificate lived.</param>
/// <param name="Renewals">Renewals by part.</param>
/// <param name="Failures">Attempts to renew that failed, of all parts.</param>
/// <param name="Issued">Certificates that the server issued: to devices, and to parties that renewed.</param>
/// <param name="Readings">Readings signed, acknowledged, in the gateway's log, in the cloud, valid in the archive.</param>
/// <param name="Moved">Links that were made anew in good order since a certificate was renewed: the gateway's to the cloud, the sensors' to the gateway.</param>
/// <param name="Dropped">Links that broke.</param>
/// <param name="LongestPause">The longest time between two readings in the gateway's log, in seconds.</param>
/// <param name="Generations">Generations of the gateway's log beyond the first.</param>
/// <param name="Seconds">How long all took.</param>
/// <param name="Findings">The first of what was wrong.</param>
internal sealed record RenewSummary(
    double LifeSeconds,
    IReadOnlyDictionary<string, long> Renewals,
    long Failures,
    RenewSummary.Certificates Issued,
    RenewSummary.Counts Readings,
    RenewSummary.Links Moved,
    RenewSummary.Links Dropped,
    double LongestPause,
    ulong Generations,
    double Seconds,
    IReadOnlyList<Finding> Findings)
{
    /// <summary>First certificates and renewed ones.</summary>
    internal sealed record Certificates(long Enrolled, long Renewed);

    /// <summary>The same readings at each place of their way.</summary>
    internal sealed record Counts(long Signed, long Acknowledged, long Logged, long Cloud, long Archived);

    /// <summary>Links of the gateway and of the sensors.</summary>
    internal sealed record Links(long Gateway, long Sensors);

    [JsonIgnore]
    public bool Holds => Findings.Count == 0 && Readings.Signed > 0;

    /// <summary>The figures in words.</summary>
    public string Told() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        certificates of {LifeSeconds:0} s: renewed {string.Join(", ", Renewals.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")))}; {Failures} attempts failed; the server issued {Issued.Enrolled} first ones and {Issued.Renewed} renewed ones
        {Readings.Signed} readings signed, {Readings.Acknowledged} acknowledged, {Readings.Logged} logged, {Readings.Cloud} in the cloud, {Readings.Archived} archived; at most {LongestPause:0.00} s between two; {Generations} further generations
        links made anew in good order: gateway {Moved.Gateway}, sensors {Moved.Sensors}; links that broke: gateway {Dropped.Gateway}, sensors {Dropped.Sensors}; {Seconds:0} s in all
        {(Holds ? "no reading lost, no gap" : Findings.Count == 0 ? "NOTHING WAS TRIED" : string.Join(Environment.NewLine, Findings.Take(20).Select(finding => $"{finding.Kind} after renewal {finding.Round}: {finding.Where}: {finding.What}")))}
        """);
}
