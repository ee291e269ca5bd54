namespace Sealway.TlsCheck.Tests.Checks;

using System.Security.Cryptography.X509Certificates;
using Sealway.Testing;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Tests.Servers;
using Xunit;

public sealed class OpenSslTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_modern_server_meets_the_modern_profile()
    {
        EndpointReport report = await CheckAsync(_certificates.Server(), "-tls1_3 -groups X25519:P-256");
        Assert.Equal(Outcome.Checked, report.Outcome);
        Assert.Equal(["TLS 1.3"], report.Offered());
        Assert.Equal(["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"], report.Suites("TLS 1.3").Order());
        Assert.Equal(["x25519", "secp256r1"], report.Groups.Select(group => group.Name));
        ChainReport chain = Assert.Single(report.Chains);
        Assert.Equal((Answer.Yes, Answer.Yes, Answer.Yes, Answer.Yes), (chain.Trusted, chain.NameMatches, chain.Valid, chain.SignatureVerified));
        Assert.Equal("ecdsa_secp256r1_sha256", chain.SignatureScheme);
        Assert.Equal(Answer.Yes, report.Features.ResumptionByPsk);
        Assert.Equal(Answer.Yes, report.Features.HelloRetryRequest);
        Assert.Equal(Answer.No, report.ClientCertificate.Asked);
        Assert.True(report.Meets(Profile.Modern), string.Join(", ", report.Ids()));
        Assert.True(report.Meets(Profile.Intermediate));
    }

    [Fact]
    public async Task An_old_server_is_told_by_versions_suites_order_and_holes()
    {
        EndpointReport report = await CheckAsync(_certificates.Server(rsa: true), "-cipher AES128-SHA:ECDHE-RSA-AES256-SHA:AES256-GCM-SHA384:ADH-AES128-SHA:NULL-SHA:@SECLEVEL=0 -serverpref -no_tls1_3 -legacy_renegotiation -client_renegotiation");
        Assert.Equal(["TLS 1.0", "TLS 1.1", "TLS 1.2"], report.Offered());
        Assert.Equal(["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "TLS_DH_anon_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_NULL_SHA"], report.Suites("TLS 1.0"));
        Assert.Equal("TLS_RSA_WITH_AES_256_GCM_SHA384", report.Suites("TLS 1.2")[2]);
        Assert.All(report.Versions.Where(version => version.Offered == Answer.Yes), version => Assert.Equal((Answer.Yes, true), (version.ServerOrder, version.SuitesComplete)));
        Assert.Equal(Answer.Yes, report.Features.ClientRenegotiation);
        Assert.Equal(Answer.Yes, report.Features.FallbackScsv);
        Assert.Equal(Answer.NotApplicable, report.Features.DowngradeSentinel);
        Assert.Equal(Answer.Yes, report.Features.ResumptionById);
        Assert.Equal(Answer.Yes, report.Features.ResumptionByTicket);
        Assert.Equal(Answer.Yes, report.Hole("beast"));
        Assert.All(["heartbleed", "ccs-injection", "robot", "ticketbleed", "drown", "poodle", "freak", "sweet32", "rc4", "crime"], hole => Assert.Equal(Answer.No, report.Hole(hole)));

        // OpenSSL itself takes a prime of 1,024 bits where the level allows it.
        Assert.Equal(Answer.Yes, report.Hole("logjam"));
        Assert.Contains(new DheReport(1024, "RFC 2409 group 2", Export: false), report.Dhe);
        Assert.Superset(new HashSet<string> { "version.tls10", "version.tls11", "version.no-tls13", "suite.null", "suite.anonymous", "suite.no-forward-secrecy", "suite.cbc", "renegotiation.client" }, report.Ids().ToHashSet());
        Assert.False(report.Meets(Profile.Intermediate));
    }

    [Theory]
    [InlineData("TLSv1", "ECDHE-RSA-AES128-SHA")]
    [InlineData("TLSv1.1", "DHE-RSA-AES256-SHA")]
    [InlineData("TLSv1.2", "AES256-CCM")]
    [InlineData("TLSv1.2", "DHE-RSA-CHACHA20-POLY1305")]
    [InlineData("TLSv1.2", "ECDHE-RSA-AES256-SHA384")]
    public async Task A_whole_handshake_is_done_with_each_kind_of_suite(string version, string suite)
    {
        string only = version switch { "TLSv1" => "-tls1", "TLSv1.1" => "-tls1_1", _ => "-tls1_2" };
        EndpointReport report = await CheckAsync(_certificates.Server(rsa: true), $"{only} -cipher {suite}:@SECLEVEL=0", CheckParts.Features | CheckParts.Certificate);
        Assert.Equal(Answer.Yes, report.Features.ResumptionById);
        Assert.Equal(Answer.Yes, report.Features.ResumptionByTicket);
        Assert.Equal(suite.Contains("DHE", StringComparison.Ordinal) ? Answer.Yes : Answer.NotApplicable, Assert.Single(report.Chains).SignatureVerified);
    }

    [Fact]
    public async Task The_intermediate_profile_is_met_by_mozillas_list()
    {
        EndpointReport report = await CheckAsync(_certificates.Server(rsa: true), "-cipher ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305 -groups X25519:P-256:P-384");
        Assert.Equal(["TLS 1.2", "TLS 1.3"], report.Offered());
        Assert.Equal((Answer.Yes, Answer.Yes), (report.Features.FallbackScsv, report.Features.DowngradeSentinel));
        Assert.True(report.Meets(Profile.Intermediate), string.Join(", ", report.Ids()));
        Assert.False(report.Meets(Profile.Modern));
        Assert.Equal(0, new CheckReport(1, Profile.Intermediate, [report]).ExitCode());
        Assert.Equal(1, new CheckReport(1, Profile.Modern, [report]).ExitCode());
    }

    [Fact]
    public async Task What_is_wrong_with_a_chain_is_told_by_name()
    {
        (X509Certificate2 Certificate, X509Certificate2[] Chain, string Finding)[] cases =
        [
            (_certificates.Server(fromDays: -20, toDays: -1), [], "certificate.expired"),
            (_certificates.Server(fromDays: 1), [], "certificate.not-yet-valid"),
            (_certificates.Server("elsewhere.example"), [], "certificate.wrong-name"),
            (_certificates.Server(selfSigned: true), [], "certificate.self-signed"),
            (_certificates.Server(issuer: _certificates.Intermediate), [], "certificate.incomplete-chain"),
            (_certificates.Server(rsa: true, bits: 1024), [], "certificate.weak-key"),
            (_certificates.Server(), [_certificates.Root], "certificate.root-sent"),
            (_certificates.Server(toDays: 500), [], "certificate.long-life"),
        ];
        foreach ((X509Certificate2 certificate, X509Certificate2[] chain, string finding) in cases)
        {
            EndpointReport report = await CheckAsync(certificate, "-cipher ALL:@SECLEVEL=0 -tls1_3", CheckParts.Certificate, chain);
            Assert.Contains(finding, report.Ids());
            Assert.Single(report.Findings, one => one.Id.StartsWith("certificate.", StringComparison.Ordinal) && one.Severity >= Severity.High || one.Id == finding);
        }

        EndpointReport whole = await CheckAsync(_certificates.Server(issuer: _certificates.Intermediate), "-tls1_3", CheckParts.Certificate, _certificates.Intermediate);
        Assert.Empty(whole.Findings);
        Assert.Equal(Answer.Yes, Assert.Single(whole.Chains).InOrder);
    }

    [Fact]
    public async Task Another_authority_is_not_trusted()
    {
        using TestCertificates others = new();
        EndpointReport report = await CheckAsync(others.Server(), "-tls1_3", CheckParts.Certificate, others.Root);
        Assert.Contains("certificate.untrusted", report.Ids());
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_demand_for_a_client_certificate_is_told_apart_from_a_wish(string version)
    {
        (string authority, _, _) = TestCertificates.Write(_folder.Path, _certificates.Root);
        using OpenSslServer strict = await OpenSslServer.StartAsync(_folder.Path, _certificates.Server(), $"{version} -Verify 3 -verify_return_error -CAfile {authority}");
        CheckOptions options = Checking.Options(_certificates) with { Parts = CheckParts.Certificate };
        EndpointReport without = await Checking.RunAsync(strict.Target, options);
        Assert.Equal((Answer.Yes, Answer.Yes, Answer.NotApplicable), (without.ClientCertificate.Asked, without.ClientCertificate.Required, without.ClientCertificate.Accepted));
        Assert.Equal(["CN=Test Root"], without.ClientCertificate.Authorities);
        EndpointReport known = await Checking.RunAsync(strict.Target, options with { ClientCertificate = [_certificates.Server("client")] });
        Assert.Equal((Answer.Yes, Answer.Yes), (known.ClientCertificate.Required, known.ClientCertificate.Accepted));
        using TestCertificates others = new();
        EndpointReport stranger = await Checking.RunAsync(strict.Target, options with { ClientCertificate = [others.Server("client")] });
        Assert.Equal(Answer.No, stranger.ClientCertificate.Accepted);
        Assert.Contains("client-certificate.refused", stranger.Ids());

        using OpenSslServer lax = await OpenSslServer.StartAsync(_folder.Path, _certificates.Server(), $"{version} -verify 3");
        EndpointReport asked = await Checking.RunAsync(lax.Target, options);
        Assert.Equal((Answer.Yes, Answer.No), (asked.ClientCertificate.Asked, asked.ClientCertificate.Required));
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    private async Task<EndpointReport> CheckAsync(X509Certificate2 certificate, string arguments, CheckParts parts = CheckParts.All, params X509Certificate2[] chain)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_folder.Path, certificate, arguments, chain);
        return await Checking.RunAsync(server.Target, Checking.Options(_certificates) with { Parts = parts });
    }
}
