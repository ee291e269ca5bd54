namespace Sealway.Transport.Tests;

using System.Net.Security;
using Xunit;

/// <summary>What others' tools find at Sealway's own listeners: exactly what their TLS profile says, and nothing to reproach.</summary>
public sealed class ListenerTests(ListenerFleet fleet) : IClassFixture<ListenerFleet>
{
    /// <summary>Tests of testssl.sh that must have been made, and must have ended well: what is not tested is not in order.</summary>
    private static readonly string[] _required =
    [
        "SSLv2", "SSLv3", "TLS1_3", "cipherlist_NULL", "cipherlist_aNULL", "cipherlist_EXPORT", "cipherlist_LOW", "cipherlist_STRONG", "PFS", "PFS_ECDHE_curves", "cert_keySize", "cert_signatureAlgorithm",
        "heartbleed", "CCS", "ROBOT", "secure_renego", "CRIME_TLS", "POODLE_SSL", "fallback_SCSV", "FREAK", "DROWN", "LOGJAM", "BEAST", "LUCKY13", "RC4",
    ];

    public static TheoryData<string> Listeners => [.. ListenerFleet.All.Keys];

    [Theory]
    [MemberData(nameof(Listeners))]
    public async Task Testssl_finds_the_profile_with_forward_secrecy_everywhere_and_no_vulnerability(string name)
    {
        Listener listener = ListenerFleet.All[name];
        TestSslReport report = Assert.IsType<TestSslReport>((await fleet.ReportOn(name)).TestSsl);
        fleet.RequireRunning();
        Assert.True(report.Ended, string.Join('\n', report.Findings));
        Assert.DoesNotContain(report.Findings, finding =>
            finding.Severity is not (Severity.Ok or Severity.Info) && !ExplainedFinding.All.Any(explained => explained.Explains(name, finding)));
        Assert.DoesNotContain(_required, id => !report.Findings.Any(finding => finding.Id == id && finding.Severity == Severity.Ok));

        // It has no reproach for TLS 1.0 to 1.2 being off or on, and so says that in passing.
        Assert.Equal(listener.Versions, report.Offer().Versions);
        string secret = Assert.Single(report.Findings, finding => finding.Id == "PFS_ciphers").Text;
        Assert.Equal(listener.Versions.Sum(version => listener.Suites(version).Count), secret.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [MemberData(nameof(Listeners))]
    public async Task Sslscan_finds_the_profiles_versions_and_suites_and_no_vulnerability(string name)
    {
        Listener listener = ListenerFleet.All[name];
        SslScanReport report = Assert.IsType<SslScanReport>((await fleet.ReportOn(name)).SslScan);
        fleet.RequireRunning();
        Assert.Equal(listener.Versions, report.Offer.Versions);
        foreach (TlsVersion version in listener.Versions)
        {
            IReadOnlyCollection<TlsCipherSuite> suites = listener.Suites(version);
            Assert.NotEmpty(suites);

            Assert.Equal(suites, report.Offer.Of(version));
        }

        Assert.Empty(report.Heartbleed);
        Assert.NotEqual(true, report.Compression);
        Assert.NotEqual(false, report.FallbackProtected);
        Assert.False(report.Renegotiation);
        Assert.DoesNotContain(report.Strengths.Values, strength => strength is not ("strong" or "acceptable"));
    }

    [Theory]
    [InlineData("cloud-mqtt-intermediate", "hall")]
    [InlineData("cloud-https-intermediate", "hall-archive")]
    [InlineData("gateway-sensors-intermediate", "hall-sensor")]
    public async Task A_renegotiation_is_refused_even_to_a_party_of_the_fleet(string name, string party)
    {
        string all = "";
        for (int attempt = 0; attempt < 50 && !all.Contains("RENEGOTIATING", StringComparison.Ordinal); attempt++)
        {
            // Until its registry has come to the cloud, the party is a stranger there, and dropped before it can ask.
            await Task.Delay(TimeSpan.FromMilliseconds(attempt == 0 ? 0 : 500), TestContext.Current.CancellationToken);
            all = await Renegotiation.AskAsync(fleet.AddressOf(name), fleet.KeysOf(party), TestContext.Current.CancellationToken);
        }

        fleet.RequireRunning();
        Assert.Contains("RENEGOTIATING", all, StringComparison.Ordinal);
        Assert.Equal(2, all.Split(", ClientHello").Length - 1);
        Assert.Equal(1, all.Split(", ServerHello\n").Length - 1);
    }
}
