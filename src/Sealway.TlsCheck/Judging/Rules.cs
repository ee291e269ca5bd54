namespace Sealway.TlsCheck.Judging;

using Sealway.TlsCheck.Reports;

/// <summary>All rules.</summary>
internal static class Rules
{
    /// <summary>Each looks at a report and says what it finds.</summary>
    public static IReadOnlyList<Func<EndpointReport, IEnumerable<Finding>>> All { get; } = [StartTlsRules.Of, VersionRules.Of, SuiteRules.Of, CertificateRules.Of, FeatureRules.Of, HoleRules.Of];
}
