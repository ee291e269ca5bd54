namespace Sealway.Links.Tests;

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Links.Tests.Enrolment;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>Another's client (OpenSSL's) that tries to resume its session: no listener lets it, whatever it was given to keep.</summary>
[SupportedOSPlatform("linux")]
public sealed class ResumptionTests : IDisposable
{
    private const string Http = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private readonly TestFleet _fleet = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("modern", "-tls1_3")]
    [InlineData("intermediate", "-tls1_3")]
    [InlineData("intermediate", "-tls1_2")]
    public async Task No_sensor_listener_resumes_a_session(string profile, string version)
    {
        using TlsIdentity ward = _fleet.Identity("ward", Role.Gateway);
        await using ISensorListener listener = SensorListener.Tls(
            HostPort.Parse("localhost:0"), new TlsPolicy(ward, TestFleet.LetIn) { Profile = TlsProfile.Parse(profile), Accepts = [Role.Sensor] });

        // The gateway ends each link as soon as it has it.
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task accepting = EndAllAsync(listener, end.Token);
        using X509Certificate2 bed = _fleet.Certificate("bed", Role.Sensor);
        await NeverResumedAsync(HostPort.Parse(listener.Address).Port, bed, version, string.Empty);
        await end.CancelAsync();
        await accepting;
    }

    [Theory]
    [InlineData("modern", "-tls1_3")]
    [InlineData("intermediate", "-tls1_3")]
    [InlineData("intermediate", "-tls1_2")]
    public async Task No_broker_resumes_a_session(string profile, string version)
    {
        using TlsIdentity cloud = _fleet.Identity("cloud", Role.Cloud);
        await using Broker broker = new(new BrokerOptions
        {
            Address = HostPort.Parse("localhost:0"),
            Policy = new TlsPolicy(cloud, TestFleet.LetIn) { Profile = TlsProfile.Parse(profile), Accepts = [Role.Gateway] },
            Message = (_, _, _) => ValueTask.CompletedTask,
        });
        await broker.StartAsync();
        using X509Certificate2 ward = _fleet.Certificate("ward", Role.Gateway);
        await NeverResumedAsync(broker.Address.Port, ward, version, "\u0010\0");
    }

    [Theory]
    [InlineData("modern", "-tls1_3")]
    [InlineData("intermediate", "-tls1_3")]
    [InlineData("intermediate", "-tls1_2")]
    public async Task No_follow_server_resumes_a_session(string profile, string version)
    {
        using TlsIdentity cloud = _fleet.Identity("cloud", Role.Cloud);
        await using FollowServer server = new(new FollowServerOptions
        {
            Address = HostPort.Parse("localhost:0"),
            Policy = new TlsPolicy(cloud, TestFleet.LetIn) { Profile = TlsProfile.Parse(profile), Accepts = [Role.Archive] },
            Handler = (_, body, _, _) => ValueTask.FromResult(FollowAnswer.Bytes(body)),
        });
        await server.StartAsync(Stop);
        using X509Certificate2 archive = _fleet.Certificate("archive", Role.Archive);
        await NeverResumedAsync(server.Address.Port, archive, version, Http);
    }

    [Fact]
    public async Task No_enrolment_server_resumes_a_session()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync();
        using X509Certificate2 device = rig.FactoryCertificate();
        await NeverResumedAsync(rig.Address.Port, device, "-tls1_3", Http);
    }

    [Theory]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2")]
    public async Task The_same_client_does_resume_where_the_platform_is_let(string version)
    {
        using X509Certificate2 made = _fleet.Certificate("ward", Role.Gateway);
        using X509Certificate2 ward = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(ward, null, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowTlsResume = true,
        };
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(async () =>
        {
            for (int i = 0; i < 2; i++)
            {
                await using SslStream tls = new(new NetworkStream(await listener.AcceptSocketAsync(Stop), true));
                await tls.AuthenticateAsServerAsync(options, Stop);
                await tls.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Stop);
                await tls.WriteAsync(new byte[1], Stop);
                await tls.ShutdownAsync();
            }
        }, Stop);
        using X509Certificate2 bed = _fleet.Certificate("bed", Role.Sensor);
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await ConnectAsync(port, bed, version, "x\n", "-sess_out");
        Assert.Contains("Reused, TLS", await ConnectAsync(port, bed, version, "x\n", "-sess_in"), StringComparison.Ordinal);
        await serving;
    }

    public void Dispose()
    {
        _fleet.Dispose();
        _folder.Dispose();
    }

    private static async Task EndAllAsync(ISensorListener listener, CancellationToken end)
    {
        try
        {
            while (true)
            {
                await (await listener.AcceptAsync(end)).DisposeAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task NeverResumedAsync(int port, X509Certificate2 certificate, string version, string sent)
    {
        string first = await ConnectAsync(port, certificate, version, sent, "-sess_out");
        Assert.Contains("New, TLS", first, StringComparison.Ordinal);

        // Under TLS 1.3 the platform gives out a ticket nevertheless; one without is as good.
        if (File.Exists(_folder.File("session")))
        {
            string again = await ConnectAsync(port, certificate, version, sent, "-sess_in");
            Assert.Contains("New, TLS", again, StringComparison.Ordinal);
            Assert.DoesNotContain("Reused,", again, StringComparison.Ordinal);
        }

        if (version == "-tls1_2")
        {
            // Six connections of one run.
            string six = await ConnectAsync(port, certificate, version, sent, "-reconnect");
            Assert.Equal(6, six.Split("New, TLS").Length - 1);
            Assert.DoesNotContain("Reused,", six, StringComparison.Ordinal);
        }
    }

    /// <summary>One run of OpenSSL's client: it says something that the server answers or ends, and stays until the server has ended the connection, so that it reads what comes after the handshake.</summary>
    private async Task<string> ConnectAsync(int port, X509Certificate2 certificate, string version, string sent, string option)
    {
        string file = _folder.File("client.pem");
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem(), Stop);
        string[] session = option == "-reconnect" ? [option] : [option, _folder.File("session")];
        ProcessRun run = await ProcessRun.Of(
            "openssl", ["s_client", "-connect", $"127.0.0.1:{port}", version, "-cert", file, "-ign_eof", .. session], _folder.Path, System.Text.Encoding.ASCII.GetBytes(sent), cancellation: Stop);
        return run.Output + run.Error;
    }
}
