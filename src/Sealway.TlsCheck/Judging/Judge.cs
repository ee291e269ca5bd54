namespace Sealway.TlsCheck.Judging;

using Sealway.TlsCheck.Reports;

/// <summary>Turns what was seen into findings, and measures it against the profiles.</summary>
internal static class Judge
{
    /// <summary>Fills in findings and profiles.</summary>
    public static void Apply(EndpointReport report)
    {
        List<Finding> findings = [.. Rules.All.SelectMany(rule => rule(report))];
        report.Findings = [.. findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Id, StringComparer.Ordinal)];
        report.Profiles = [.. Enum.GetValues<Profile>().Select(profile => Measure(report, profile))];
    }

    private static ProfileReport Measure(EndpointReport report, Profile profile)
    {
        string[] because = [.. report.Findings.Where(finding => finding.Fails.Contains(profile)).Select(finding => finding.Id).Distinct()];
        return new ProfileReport(profile, report.Outcome == Outcome.Checked && because.Length == 0, because);
    }
}
