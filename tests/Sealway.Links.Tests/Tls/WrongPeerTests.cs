namespace Sealway.Links.Tests;

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>The table of wrong peers (docs/transport.md): each is refused, and both sides name the reason.</summary>
public sealed class WrongPeerTests : IDisposable
{
    private readonly TestFleet _fleet = new();
    private readonly Channel<LinkException> _refused = Channel.CreateUnbounded<LinkException>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static PeerExpectation Ward { get; } = new("ward", Role.Gateway);

    [Theory]
    [InlineData(Flaw.OtherAuthority, LinkRefusal.Untrusted)]
    [InlineData(Flaw.SelfSigned, LinkRefusal.Untrusted)]
    [InlineData(Flaw.Expired, LinkRefusal.Expired)]
    [InlineData(Flaw.NotYetValid, LinkRefusal.NotYetValid)]
    [InlineData(Flaw.ServerOnly, LinkRefusal.WrongPurpose)]
    [InlineData(Flaw.NoPurpose, LinkRefusal.WrongPurpose)]
    public async Task A_wrong_client_is_refused_and_both_sides_say_why(Flaw flaw, LinkRefusal reason)
    {
        await using ISensorListener listener = Listen();
        await RefusedByServerAsync(listener, _fleet.Policy("bed", Role.Sensor, flaw), reason);
    }

    [Theory]
    [InlineData(LinkRefusal.Revoked)]
    [InlineData(LinkRefusal.NotEnrolled)]
    [InlineData(LinkRefusal.RegistryStale)]
    [InlineData(LinkRefusal.WrongName)]
    public async Task A_client_that_the_registry_refuses_is_told_exactly_why(LinkRefusal reason)
    {
        await using ISensorListener listener = Listen(check: _ => new PeerRefusal(reason, "as the registry says"));
        await RefusedByServerAsync(listener, _fleet.Policy("bed", Role.Sensor), reason);
    }

    [Fact]
    public async Task A_client_of_another_role_is_told_so()
    {
        await using ISensorListener listener = Listen();
        await RefusedByServerAsync(listener, _fleet.Policy("other-ward", Role.Gateway), LinkRefusal.WrongRole);
    }

    [Theory]
    [InlineData(Flaw.OtherAuthority, LinkRefusal.Untrusted)]
    [InlineData(Flaw.SelfSigned, LinkRefusal.Untrusted)]
    [InlineData(Flaw.Expired, LinkRefusal.Expired)]
    [InlineData(Flaw.NotYetValid, LinkRefusal.NotYetValid)]
    [InlineData(Flaw.ClientOnly, LinkRefusal.WrongPurpose)]
    [InlineData(Flaw.WrongName, LinkRefusal.WrongName)]
    [InlineData(Flaw.WrongAddress, LinkRefusal.WrongName)]
    public async Task A_wrong_server_is_refused_and_both_sides_say_why(Flaw flaw, LinkRefusal reason)
    {
        await using ISensorListener listener = Listen(flaw);
        await RefusedByClientAsync(listener, _fleet.Policy("bed", Role.Sensor), reason);
    }

    [Fact]
    public async Task A_server_whose_key_is_revoked_is_told_so()
    {
        await using ISensorListener listener = Listen();
        await RefusedByClientAsync(listener, _fleet.Policy("bed", Role.Sensor, check: _ => new PeerRefusal(LinkRefusal.Revoked, "stolen")), LinkRefusal.Revoked);
    }

    [Fact]
    public async Task A_server_that_signs_its_handshake_with_another_key_than_its_certificates_is_refused_though_its_chain_is_valid()
    {
        (LinkException? honest, short? _) = await AgainstServerAsync(new BorrowedCertificate(_fleet.Certificate("ward", Role.Gateway)) { Honest = true });
        Assert.Null(honest);
        (LinkException? client, short? server) = await AgainstServerAsync(new BorrowedCertificate(_fleet.Certificate("ward", Role.Gateway)));
        Assert.Equal(LinkRefusal.BadHandshake, client?.Reason);
        Assert.Equal(Org.BouncyCastle.Tls.AlertDescription.decrypt_error, server);
    }

    [Fact]
    public async Task A_client_that_signs_its_handshake_with_another_key_than_its_certificates_is_refused_though_its_chain_is_valid()
    {
        (LinkException? honest, short? _) = await AgainstClientAsync(new BorrowedCertificate(_fleet.Certificate("bed", Role.Sensor)) { Honest = true });
        Assert.Null(honest);
        (LinkException? server, short? client) = await AgainstClientAsync(new BorrowedCertificate(_fleet.Certificate("bed", Role.Sensor)));
        Assert.Equal(LinkRefusal.BadHandshake, server?.Reason);
        Assert.Equal(Org.BouncyCastle.Tls.AlertDescription.decrypt_error, client);
    }

    [Fact]
    public async Task A_man_in_the_middle_who_hides_TLS_1_3_gets_both_sides_to_refuse()
    {
        (LinkException server, LinkException client) = await ThroughAsync(HideTls13, TlsProfile.Modern);
        Assert.Equal(LinkRefusal.WrongVersion, server.Reason);
        Assert.Equal(LinkRefusal.WrongVersion, client.Reason);

        // Where both sides have TLS 1.2 too, the server's mark in its hello (RFC 8446 section 4.1.3) gives him away.
        (server, client) = await ThroughAsync(HideTls13, TlsProfile.Intermediate);
        Assert.Equal(LinkRefusal.BadHandshake, server.Reason);
        Assert.Equal(LinkRefusal.BadHandshake, client.Reason);
    }

    [Fact]
    public async Task A_man_in_the_middle_who_takes_suites_away_gets_both_sides_to_refuse()
    {
        (LinkException server, LinkException client) = await ThroughAsync(TakeBestSuite, TlsProfile.Modern);
        Assert.Equal(LinkRefusal.BadHandshake, server.Reason);
        Assert.Equal(LinkRefusal.BadHandshake, client.Reason);
    }

    [Theory]
    [InlineData("modern", "-tls1")]
    [InlineData("modern", "-tls1_1")]
    [InlineData("intermediate", "-tls1")]
    [InlineData("intermediate", "-tls1_1")]
    public async Task A_client_with_nothing_newer_than_TLS_1_1_is_refused_and_told_by_its_alert(string profile, string version)
    {
        using TemporaryFolder folder = new();
        using TlsIdentity ward = _fleet.Identity("ward", Role.Gateway);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<ProcessRun> client = ProcessRun.Of(
            "openssl", ["s_client", "-connect", listener.LocalEndpoint.ToString()!, version, "-cipher", "DEFAULT@SECLEVEL=0"], folder.Path, cancellation: Stop);
        NetworkStream far = new(await listener.AcceptSocketAsync(Stop), true);
        LinkException? refused = await NamedAsync(new TlsPolicy(ward, TestFleet.LetIn) { Profile = TlsProfile.Parse(profile) }.AcceptAsync(far, Stop));
        Assert.Equal(LinkRefusal.WrongVersion, refused?.Reason);
        Assert.Contains("alert protocol version", (await client).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modern", "-tls1")]
    [InlineData("modern", "-tls1_1")]
    [InlineData("intermediate", "-tls1")]
    [InlineData("intermediate", "-tls1_1")]
    public async Task A_server_with_nothing_newer_than_TLS_1_1_is_refused(string profile, string version)
    {
        using TemporaryFolder folder = new();
        using X509Certificate2 ward = _fleet.Certificate("ward", Role.Gateway);
        using ECDsa key = ward.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(folder.File("ward.pem"), ward.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem(), Stop);
        using Process server = Process.Start(new ProcessStartInfo(
            "openssl", ["s_server", "-accept", "127.0.0.1:0", "-naccept", "1", version, "-cipher", "DEFAULT@SECLEVEL=0", "-cert", folder.File("ward.pem")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            Task<string> errors = server.StandardError.ReadToEndAsync(Stop);
            string? line;
            do
            {
                line = await server.StandardOutput.ReadLineAsync(Stop);
                Assert.NotNull(line);
            }
            while (!line.StartsWith("ACCEPT", StringComparison.Ordinal));
            Socket near = new(SocketType.Stream, ProtocolType.Tcp);
            await near.ConnectAsync(IPEndPoint.Parse(line["ACCEPT".Length..].Trim()), Stop);
            using TlsIdentity bed = _fleet.Identity("bed", Role.Sensor);
            LinkException? refused = await NamedAsync(
                new TlsPolicy(bed, TestFleet.LetIn) { Profile = TlsProfile.Parse(profile) }.ConnectAsync(new NetworkStream(near, true), "localhost", Ward, Stop));
            Assert.Equal(LinkRefusal.WrongVersion, refused?.Reason);
            server.StandardInput.Close();
            await server.WaitForExitAsync(Stop);
            Assert.Contains("unsupported protocol", await errors, StringComparison.Ordinal);
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill();
            }
        }
    }

    [Theory]
    [InlineData("modern", 0)]
    [InlineData("modern", 1)]
    [InlineData("modern", 2)]
    [InlineData("intermediate", 0)]
    [InlineData("intermediate", 1)]
    [InlineData("intermediate", 2)]
    public async Task A_hello_of_SSL_3_TLS_1_0_or_TLS_1_1_is_refused_by_name_in_both_directions(string profile, byte version)
    {
        byte[] random = RandomNumberGenerator.GetBytes(32);

        // As a client it has ECDHE-ECDSA and RSA with AES-256-CBC, no extensions; as a server it takes the first whatever it was offered.
        byte[] client = [3, version, .. random, 0, 0, 4, 0xC0, 0x0A, 0, 0x35, 1, 0];
        byte[] server = [3, version, .. random, 0, 0xC0, 0x0A, 0];
        TlsProfile asked = TlsProfile.Parse(profile);
        using TlsIdentity ward = _fleet.Identity("ward", Role.Gateway);
        (NetworkStream far, NetworkStream near) = await StreamsAsync();
        await using NetworkStream oldClient = near;
        await oldClient.WriteAsync(Hello(1, version, client), Stop);
        Assert.Equal(LinkRefusal.WrongVersion, (await NamedAsync(new TlsPolicy(ward, TestFleet.LetIn) { Profile = asked }.AcceptAsync(far, Stop)))?.Reason);

        using TlsIdentity bed = _fleet.Identity("bed", Role.Sensor);
        (far, near) = await StreamsAsync();
        await using NetworkStream oldServer = far;
        await oldServer.WriteAsync(Hello(2, version, server), Stop);
        Assert.Equal(LinkRefusal.WrongVersion, (await NamedAsync(new TlsPolicy(bed, TestFleet.LetIn) { Profile = asked }.ConnectAsync(near, "localhost", Ward, Stop)))?.Reason);
    }

    [Fact]
    public async Task A_message_of_the_handshake_that_is_longer_than_any_is_refused_at_its_header()
    {
        // A client hello that says it has 16 MiB.
        LinkException refused = await RefusedAsync([0x16, 3, 1, 0, 4, 1, 0xFF, 0xFF, 0xFF]);
        Assert.Contains(refused.Reason, (LinkRefusal[])[LinkRefusal.WrongLength, LinkRefusal.BadHandshake]);
    }

    [Fact]
    public async Task A_handshake_without_an_end_is_cut_off_at_its_limit_in_bytes()
    {
        // A client hello of 100,000 bytes, as long as the platform takes one to be, in records of one piece each.
        const int Hello = 100_000;
        byte[] first = [0x16, 3, 1, 0x40, 0, 1, Hello >> 16, (Hello >> 8) & 0xFF, Hello & 0xFF, 3, 3, .. new byte[16_378]];
        byte[] further = [0x16, 3, 1, 0x40, 0, .. new byte[16_384]];
        LinkException refused = await RefusedAsync([.. first, .. further, .. further, .. further, .. further]);
        Assert.Equal(LinkRefusal.WrongLength, refused.Reason);
    }

    [Fact]
    public async Task A_handshake_that_comes_drop_by_drop_is_cut_off_at_its_limit_in_time()
    {
        Links.Tests.ManualTime time = new();
        using TlsIdentity ward = _fleet.Identity("ward", Role.Gateway);
        (NetworkStream far, NetworkStream near) = await StreamsAsync();
        await using NetworkStream stranger = near;
        Task<LinkException> refusing = Assert.ThrowsAsync<LinkException>(() => new TlsPolicy(ward, TestFleet.LetIn, time).AcceptAsync(far, Stop));
        foreach (byte drop in (byte[])[0x16, 3, 1, 2, 0, 1, 0])
        {
            await stranger.WriteAsync(new[] { drop }, Stop);
            time.Advance(LinkLimits.HandshakeTime / 7);
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LinkRefusal.TooSlow, (await refusing).Reason);
    }

    public void Dispose() => _fleet.Dispose();

    /// <summary>TLS 1.3 in the client's list of versions (extension 43) becomes TLS 1.2.</summary>
    private static void HideTls13(byte[] hello)
    {
        int at = hello.AsSpan().IndexOf((byte[])[0, 43, 0]);
        for (int i = at + 5; i < at + 5 + hello[at + 4]; i += 2)
        {
            hello[i + 1] = 3;
        }
    }

    /// <summary>The strongest suite becomes another that is there already.</summary>
    private static void TakeBestSuite(byte[] hello) => hello[hello.AsSpan().IndexOf((byte[])[0x13, 2]) + 1] = 1;

    /// <summary>A hello (1 a client's, 2 a server's) in one record of its own version.</summary>
    private static byte[] Hello(byte type, byte version, byte[] body) => [0x16, 3, version, 0, (byte)(body.Length + 4), type, 0, 0, (byte)body.Length, .. body];

    private static async Task<(NetworkStream Far, NetworkStream Near)> StreamsAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket near = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(listener.LocalEndpoint, Stop);
        return (new NetworkStream(await listener.AcceptSocketAsync(Stop), true), new NetworkStream(near, true));
    }

    private ISensorListener Listen(Flaw flaw = Flaw.None, CheckPeer? check = null) => SensorListener.Tls(
        HostPort.Parse("127.0.0.1:0"),
        new TlsPolicy(_fleet.Identity("ward", Role.Gateway, flaw), check ?? TestFleet.LetIn) { Accepts = [Role.Sensor] },
        new SensorListenerOptions { Refused = (cause, _) => _refused.Writer.TryWrite(cause) });

    private async Task RefusedByServerAsync(ISensorListener listener, TlsPolicy client, LinkRefusal reason)
    {
        await using ISensorLink link = await SensorLinkClient.ConnectTlsAsync(HostPort.Parse(listener.Address), client, Ward, cancellation: Stop);
        Assert.Equal(reason, (await Assert.ThrowsAsync<LinkException>(async () => await link.ReceiveAsync([], Stop))).Reason);
        Assert.Equal(reason, (await _refused.Reader.ReadAsync(Stop)).Reason);
    }

    private static async Task RefusedByClientAsync(ISensorListener listener, TlsPolicy client, LinkRefusal reason)
    {
        LinkException refused = await Assert.ThrowsAsync<LinkException>(() => SensorLinkClient.ConnectTlsAsync(HostPort.Parse(listener.Address), client, Ward, cancellation: Stop));
        Assert.Equal(reason, refused.Reason);
        await using ISensorLink link = await listener.AcceptAsync(Stop);
        Assert.Equal(reason, (await Assert.ThrowsAsync<LinkException>(async () => await link.ReceiveAsync([], Stop))).Reason);
    }

    private async Task<(LinkException? Client, short? Server)> AgainstServerAsync(BorrowedCertificate wrong)
    {
        using BorrowedCertificate server = wrong;
        (NetworkStream far, NetworkStream near) = await StreamsAsync();
        Task<short?> serving = Task.Run(() => server.Serve(far), Stop);
        LinkException? refused = await NamedAsync(_fleet.Policy("bed", Role.Sensor).ConnectAsync(near, "localhost", Ward, Stop));
        short? alert = await serving;
        await far.DisposeAsync();
        return (refused, alert);
    }

    private async Task<(LinkException? Server, short? Client)> AgainstClientAsync(BorrowedCertificate wrong)
    {
        using BorrowedCertificate client = wrong;
        (NetworkStream far, NetworkStream near) = await StreamsAsync();
        Task<short?> connecting = Task.Run(() => client.Connect(near), Stop);
        LinkException? refused = await NamedAsync(_fleet.Policy("ward", Role.Gateway).AcceptAsync(far, Stop));
        short? alert = await connecting;
        await near.DisposeAsync();
        return (refused, alert);
    }

    /// <summary>Both sides through a proxy that rewrites the client's hello and passes everything else.</summary>
    private async Task<(LinkException Server, LinkException Client)> ThroughAsync(Action<byte[]> rewrite, TlsProfile profile)
    {
        (NetworkStream far, NetworkStream toServer) = await StreamsAsync();
        (NetworkStream toClient, NetworkStream near) = await StreamsAsync();
        using TlsIdentity ward = _fleet.Identity("ward", Role.Gateway);
        using TlsIdentity bed = _fleet.Identity("bed", Role.Sensor);
        Task proxy = Task.Run(async () =>
        {
            byte[] header = new byte[5];
            await toClient.ReadExactlyAsync(header, Stop);
            byte[] hello = new byte[(header[3] << 8) | header[4]];
            await toClient.ReadExactlyAsync(hello, Stop);
            rewrite(hello);
            await toServer.WriteAsync((byte[])[.. header, .. hello], Stop);
            await Task.WhenAny(PassAsync(toClient, toServer), PassAsync(toServer, toClient));
        }, Stop);
        Task<LinkException?> server = NamedAsync(new TlsPolicy(ward, TestFleet.LetIn) { Profile = profile }.AcceptAsync(far, Stop));
        Task<LinkException?> client = NamedAsync(new TlsPolicy(bed, TestFleet.LetIn) { Profile = profile }.ConnectAsync(near, "localhost", Ward, Stop));
        LinkException? one = await server;
        LinkException? other = await client;
        await proxy;
        await toServer.DisposeAsync();
        await toClient.DisposeAsync();
        return (one!, other!);
    }

    private static async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            await from.CopyToAsync(to, Stop);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // One side is gone.
        }
    }

    private async Task<LinkException> RefusedAsync(byte[] sent)
    {
        using TlsIdentity ward = _fleet.Identity("ward", Role.Gateway);
        (NetworkStream far, NetworkStream near) = await StreamsAsync();
        await using NetworkStream stranger = near;
        Task<LinkException> refusing = Assert.ThrowsAsync<LinkException>(() => new TlsPolicy(ward, TestFleet.LetIn).AcceptAsync(far, Stop));
        try
        {
            await stranger.WriteAsync(sent, Stop);
        }
        catch (IOException)
        {
            // It was cut off before the end.
        }

        return await refusing;
    }

    private static async Task<LinkException?> NamedAsync(Task<TlsConnection> handshake)
    {
        try
        {
            await (await handshake).Stream.DisposeAsync();
            return null;
        }
        catch (LinkException refused)
        {
            return refused;
        }
    }
}
