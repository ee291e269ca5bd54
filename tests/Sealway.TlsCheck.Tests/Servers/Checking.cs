namespace Sealway.TlsCheck.Tests.Servers;

using Sealway.TlsCheck.Probing;
using Sealway.TlsCheck.Reports;
using Xunit;

/// <summary>Runs checks as tests want them: at full pace, with patience for a busy machine.</summary>
internal static class Checking
{
    public static CheckOptions Options(TestCertificates certificates) => new()
    {
        Authorities = certificates.Trusted,
        Timeout = TimeSpan.FromSeconds(30),
        Rate = 1_000,
        Concurrency = 8,
    };

    public static async Task<EndpointReport> RunAsync(Target target, CheckOptions options) =>
        await new TlsChecker(options, TimeProvider.System).CheckAsync(target, TestContext.Current.CancellationToken);

    public static string[] Ids(this EndpointReport report) => [.. report.Findings.Select(finding => finding.Id)];

    public static string[] Offered(this EndpointReport report) => [.. report.Versions.Where(version => version.Offered == Answer.Yes).Select(version => version.Version)];

    public static string[] Suites(this EndpointReport report, string version) => [.. report.Versions.Single(one => one.Version == version).Suites.Select(suite => suite.Name)];

    public static bool Meets(this EndpointReport report, Profile profile) => report.Profiles.Single(one => one.Name == profile).Meets;

    public static Answer Hole(this EndpointReport report, string id) => report.Holes.Single(hole => hole.Id == id).Vulnerable;
}
