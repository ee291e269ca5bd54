namespace Sealway.Transport.Tests;

using System.Net.Security;
using Sealway.Testing;
using Xunit;

/// <summary><c>sealway tls check</c> beside testssl.sh and sslscan, over real servers whose settings are known.</summary>
public sealed class ZooTests(ZooWatch watch) : IClassFixture<ZooWatch>
{
    /// <summary>By which findings of the check each defect shows.</summary>
    private static readonly Dictionary<Defect, string[]> _findings = new()
    {
        [Defect.OldVersion] = ["version.tls10", "version.tls11"],
        [Defect.NoForwardSecrecy] = ["suite.no-forward-secrecy"],
        [Defect.Rc4] = ["suite.rc4"],
        [Defect.TripleDes] = ["suite.small-block"],
        [Defect.NullCipher] = ["suite.null"],
        [Defect.Anonymous] = ["suite.anonymous"],
        [Defect.WeakGroup] = ["dhe.broken"],
        [Defect.Expired] = ["certificate.expired"],
        [Defect.NotYetValid] = ["certificate.not-yet-valid"],
        [Defect.WrongName] = ["certificate.wrong-name"],
        [Defect.IncompleteChain] = ["certificate.incomplete-chain"],
        [Defect.SelfSigned] = ["certificate.self-signed"],
        [Defect.WeakKey] = ["certificate.weak-key"],
        [Defect.WeakSignature] = ["certificate.weak-signature"],
        [Defect.ClientRenegotiation] = ["renegotiation.client"],
    };

    /// <summary>Findings that would be false alarms anywhere in the zoo.</summary>
    private static readonly string[] _never = ["certificate.untrusted", "certificate.order", "certificate.root-sent", "certificate.unreadable", "handshake.false-signature", "downgrade.no-sentinel", "version.ssl2", "version.ssl3", "suite.export"];

    public static TheoryData<string> Servers => [.. ZooServers.All.Select(server => server.Name)];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_check_finds_the_versions_and_suites_that_were_set(string name)
    {
        Sighting sighting = await watch.Of(name);
        ZooTruth truth = sighting.Server.Truth;
        SealwayCheckReport report = Assert.IsType<SealwayCheckReport>(sighting.Sealway);
        Assert.True(truth.Versions.SequenceEqual(report.Offer.Versions), report.Text);
        foreach (TlsVersion version in truth.Versions.Where(version => version <= TlsVersion.Tls12 && truth.Suites is not null))
        {
            Assert.Equal(truth.Suites!.Order(), report.Offer.Of(version));
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_check_finds_what_is_wrong_and_nothing_that_is_not(string name)
    {
        Sighting sighting = await watch.Of(name);
        ZooTruth truth = sighting.Server.Truth;
        SealwayCheckReport report = Assert.IsType<SealwayCheckReport>(sighting.Sealway);
        bool speaksTls = !truth.Defects.Contains(Defect.NoTls);
        Assert.Equal(speaksTls ? "checked" : "notTls", report.Outcome);
        foreach ((Defect defect, string[] findings) in _findings)
        {
            Assert.All(findings, finding => Assert.True(report.Findings.Contains(finding) == truth.Defects.Contains(defect), $"{name}: {finding}: {report.Text}"));
        }

        Assert.DoesNotContain(_never, report.Findings.Contains);
    }

    [Theory]
    [InlineData("modern")]
    [InlineData("expired")]
    [InlineData("self-signed")]
    [InlineData("weak-certificate")]
    [InlineData("mosquitto")]
    public async Task Sslscan_confirms_what_is_wrong_with_the_certificates(string name)
    {
        Sighting sighting = await watch.Of(name);
        SslScanCertificate certificate = Assert.IsType<SslScanCertificate>(sighting.SslScan?.Certificate);
        ZooTruth truth = sighting.Server.Truth;
        Assert.Equal(truth.Defects.Contains(Defect.Expired), certificate.Expired);
        Assert.Equal(truth.Defects.Contains(Defect.SelfSigned), certificate.SelfSigned);
        Assert.Equal(truth.Defects.Contains(Defect.WeakKey), certificate.KeyBits == 1_024);
        Assert.Equal(truth.Defects.Contains(Defect.WeakSignature), certificate.SignatureAlgorithm.StartsWith("sha1", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_three_tools_see_the_same_but_for_what_is_explained(string name)
    {
        Sighting sighting = await watch.Of(name);
        Assert.DoesNotContain(sighting.Disagreements(), disagreement => ComparedTable.ReasonOf(disagreement) == 0);

        // Agreement on nothing would be none: what was set must have been seen by all.
        Assert.All(sighting.Offers, offer => Assert.Equal(sighting.Server.Truth.Versions, offer.Value.Versions));
    }

    [Fact]
    public async Task The_page_that_compares_them_says_what_was_found()
    {
        string found = ComparedTable.Render(await watch.All());
        string path = Path.Combine(Repository.Root, ComparedTable.Document);
        if (Environment.GetEnvironmentVariable(ComparedTable.WriteVariable) == "1")
        {
            await File.WriteAllTextAsync(path, found, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), found);
    }
}
