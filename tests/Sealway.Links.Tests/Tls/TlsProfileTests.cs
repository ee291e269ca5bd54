namespace Sealway.Links.Tests;

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

[SupportedOSPlatform("linux")]
public sealed class TlsProfileTests : IDisposable
{
    private readonly TestFleet _fleet = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void There_are_two_profiles_and_nothing_lower_can_be_named()
    {
        Assert.Same(TlsProfile.Modern, TlsProfile.Parse("modern"));
        Assert.Same(TlsProfile.Intermediate, TlsProfile.Parse("intermediate", []));
        Assert.All((string[])["old", "Modern", "tls1.1", "", "\u001b[31m"], name => Assert.Contains("nothing lower", Assert.Throws<FormatException>(() => TlsProfile.Parse(name)).Message, StringComparison.Ordinal));
        Assert.All(TlsProfile.Intermediate.Suites, suite => Assert.True(suite.Contains("GCM", StringComparison.Ordinal) || suite.Contains("POLY1305", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("intermediate", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "not a suite")]
    [InlineData("intermediate", "TLS_RSA_WITH_AES_128_GCM_SHA256", "not a suite")]
    [InlineData("intermediate", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "not a suite")]
    [InlineData("intermediate", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "no suite for TLS 1.3")]
    [InlineData("intermediate", "TLS_AES_128_GCM_SHA256", "no suite for TLS 1.2")]
    [InlineData("modern", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "not a suite")]
    [InlineData("modern", "1301", "not a suite")]
    public void A_suite_outside_its_profile_is_refused_by_name(string profile, string suite, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => TlsProfile.Parse(profile, [suite])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Others_equipment_with_TLS_1_2_is_let_in_by_the_profile_for_it_and_by_no_other()
    {
        Assert.Equal((SslProtocols.Tls12, null), await MeetAsync(TlsProfile.Intermediate, SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256));
        Assert.Equal((null, LinkRefusal.WrongVersion), await MeetAsync(TlsProfile.Modern, SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256));

        // The better version is taken where both have it.
        Assert.Equal((SslProtocols.Tls13, null), await MeetAsync(TlsProfile.Intermediate, SslProtocols.Tls12 | SslProtocols.Tls13, null));
    }

    [Theory]
    [InlineData(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256)]
    [InlineData(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA)]
    [InlineData(TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384)]
    public async Task A_client_without_a_suite_of_the_profile_is_refused(TlsCipherSuite suite)
    {
        (SslProtocols? _, LinkRefusal? refused) = await MeetAsync(TlsProfile.Intermediate, SslProtocols.Tls12, suite);
        Assert.Equal(LinkRefusal.NoCommonSuite, refused);
    }

    [Fact]
    public async Task A_chosen_suite_is_the_only_one()
    {
        TlsProfile chosen = TlsProfile.Parse("intermediate", ["TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"]);
        Assert.Equal((SslProtocols.Tls12, null), await MeetAsync(chosen, SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384));
        Assert.Equal((null, LinkRefusal.NoCommonSuite), await MeetAsync(chosen, SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256));
    }

    [Fact]
    public async Task A_client_that_renegotiates_under_TLS_1_2_is_refused_that()
    {
        using TemporaryFolder folder = new();
        using X509Certificate2 bed = _fleet.Certificate("bed", Role.Sensor);
        using ECDsa key = bed.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(folder.File("bed.pem"), bed.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem(), Stop);
        int judged = 0;
        using TlsIdentity ward = _fleet.Identity("ward", Role.Gateway);
        TlsPolicy policy = new(ward, _ =>
        {
            judged++;
            return null;
        })
        { Profile = TlsProfile.Intermediate };
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<Exception?> serving = Task.Run(async () =>
        {
            TlsConnection connection = await policy.AcceptAsync(new NetworkStream(await listener.AcceptSocketAsync(Stop), true), Stop);
            await using (connection.Stream)
            {
                return await Record.ExceptionAsync(() => connection.Stream.ReadAtLeastAsync(new byte[1], 1, cancellationToken: Stop).AsTask());
            }
        }, Stop);

        // Openssl asks for a renegotiation at a line "R".
        ProcessRun run = await ProcessRun.Of(
            "openssl",
            ["s_client", "-connect", listener.LocalEndpoint.ToString()!, "-tls1_2", "-cert", folder.File("bed.pem"), "-legacy_renegotiation"],
            folder.Path,
            "R\n"u8.ToArray(),
            cancellation: Stop);
        Assert.Contains("RENEGOTIATING", run.Output + run.Error, StringComparison.Ordinal);

        // It is not answered: the server ends the connection, and the client did not come as far as a second handshake.
        Assert.IsType<IOException>(await serving, exactMatch: false);
        Assert.NotEqual(0, run.Code);
        Assert.Contains("unexpected eof", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, judged);
    }

    public void Dispose() => _fleet.Dispose();

    /// <summary>A client that is not Sealway's meets a listener of a profile.</summary>
    private async Task<(SslProtocols? Version, LinkRefusal? Refused)> MeetAsync(TlsProfile profile, SslProtocols versions, TlsCipherSuite? suite)
    {
        using X509Certificate2 bed = _fleet.Certificate("bed", Role.Sensor);
        using TlsIdentity ward = _fleet.Identity("ward", Role.Gateway);
        TlsPolicy policy = new(ward, TestFleet.LetIn) { Profile = profile };
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = "localhost",
            ClientCertificates = [bed],
            EnabledSslProtocols = versions,
            CipherSuitesPolicy = suite is { } only ? new CipherSuitesPolicy([only]) : null,
            RemoteCertificateValidationCallback = TestFleet.AcceptAnything,
        };
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using Socket near = new(SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndpoint, Stop);
        Task<TlsConnection> accepting = policy.AcceptAsync(new NetworkStream(await listener.AcceptSocketAsync(Stop), true), Stop);
        await using SslStream client = new(new NetworkStream(near));
        Exception? failed = await Record.ExceptionAsync(() => client.AuthenticateAsClientAsync(options, Stop));
        try
        {
            await using SslStream accepted = (await accepting).Stream;
            Assert.Null(failed);
            return (accepted.SslProtocol, null);
        }
        catch (LinkException refused)
        {
            return (null, refused.Reason);
        }
    }
}
