namespace Sealway.Links.Tests;

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;
using Xunit;

public sealed class TlsPolicyTests : IDisposable
{
    private readonly TestFleet _fleet = new();

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_parties_of_one_fleet_know_each_other()
    {
        (TlsConnection server, TlsConnection client) = await PairAsync(_fleet.Policy("cloud", Role.Cloud), _fleet.Policy("ward", Role.Gateway), new PeerExpectation("cloud", Role.Cloud));
        await using (server.Stream)
        await using (client.Stream)
        {
            Assert.Equal("ward", server.Peer.Name);
            Assert.Equal(TestFleet.KidOf("ward"), server.Peer.Kid);
            Assert.Equal(Role.Gateway, server.Peer.Role);
            Assert.Equal("cloud", client.Peer.Name);
            Assert.Equal(SslProtocols.Tls13, client.Stream.SslProtocol);
            await client.Stream.WriteAsync(new byte[] { 7 }, Soon);
            byte[] one = new byte[1];
            Assert.Equal(1, await server.Stream.ReadAsync(one, Soon));
            Assert.Equal(7, one[0]);
        }
    }

    [Theory]
    [InlineData(Flaw.OtherAuthority, LinkRefusal.Untrusted)]
    [InlineData(Flaw.SelfSigned, LinkRefusal.Untrusted)]
    [InlineData(Flaw.Expired, LinkRefusal.Expired)]
    [InlineData(Flaw.NotYetValid, LinkRefusal.NotYetValid)]
    [InlineData(Flaw.ServerOnly, LinkRefusal.WrongPurpose)]
    [InlineData(Flaw.NoPurpose, LinkRefusal.WrongPurpose)]
    public async Task A_client_whose_certificate_will_not_do_is_refused_and_both_sides_name_the_reason(Flaw flaw, LinkRefusal reason)
    {
        (LinkException server, LinkException client) = await RefusedByServerAsync(_fleet.Policy("cloud", Role.Cloud), _fleet.Policy("ward", Role.Gateway, flaw));
        Assert.Equal(reason, server.Reason);
        Assert.Equal(reason, client.Reason);
    }

    [Theory]
    [InlineData(LinkRefusal.Revoked)]
    [InlineData(LinkRefusal.NotEnrolled)]
    [InlineData(LinkRefusal.RegistryStale)]
    public async Task A_client_that_the_registry_refuses_is_refused_and_learns_that_it_was(LinkRefusal reason)
    {
        TlsPolicy cloud = _fleet.Policy("cloud", Role.Cloud, check: peer => peer.Name == "ward" ? new PeerRefusal(reason, "because") : null);
        (LinkException server, LinkException client) = await RefusedByServerAsync(cloud, _fleet.Policy("ward", Role.Gateway));
        Assert.Equal(reason, server.Reason);
        Assert.Equal(LinkRefusal.RefusedByPeer, client.Reason);
    }

    [Fact]
    public async Task A_client_of_another_role_is_refused()
    {
        TlsPolicy cloud = new(_fleet.Identity("cloud", Role.Cloud), TestFleet.LetIn) { Accepts = [Role.Gateway] };
        (LinkException server, LinkException client) = await RefusedByServerAsync(cloud, _fleet.Policy("thermometer", Role.Sensor));
        Assert.Equal(LinkRefusal.WrongRole, server.Reason);
        Assert.Equal(LinkRefusal.RefusedByPeer, client.Reason);
    }

    [Fact]
    public async Task A_check_that_fails_refuses()
    {
        TlsPolicy cloud = _fleet.Policy("cloud", Role.Cloud, check: _ => throw new InvalidOperationException());
        (LinkException server, _) = await RefusedByServerAsync(cloud, _fleet.Policy("ward", Role.Gateway));
        Assert.Equal(LinkRefusal.Failed, server.Reason);
    }

    [Theory]
    [InlineData(Flaw.NoKid)]
    [InlineData(Flaw.OddRole)]
    [InlineData(Flaw.OtherCurve)]
    public async Task A_client_whose_certificate_names_no_party_is_refused(Flaw flaw)
    {
        using X509Certificate2 odd = _fleet.Certificate("ward", Role.Gateway, flaw);
        (LinkException? server, _) = await AgainstAsync(_fleet.Policy("cloud", Role.Cloud), Foreign(odd));
        Assert.Equal(LinkRefusal.NotSealway, server?.Reason);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused()
    {
        (LinkException? server, Exception? client) = await AgainstAsync(_fleet.Policy("cloud", Role.Cloud), Foreign(null));
        Assert.Equal(LinkRefusal.NoCertificate, server?.Reason);
        Assert.IsType<EndOfStreamException>(client);
    }

    [Fact]
    public async Task A_client_that_offers_TLS_1_2_only_is_refused()
    {
        using X509Certificate2 own = _fleet.Certificate("ward", Role.Gateway);
        SslClientAuthenticationOptions old = Foreign(own);
        old.EnabledSslProtocols = SslProtocols.Tls12;
        (LinkException? server, Exception? client) = await AgainstAsync(_fleet.Policy("cloud", Role.Cloud), old);
        Assert.Equal(LinkRefusal.WrongVersion, server?.Reason);
        Assert.IsType<AuthenticationException>(client);
    }

    [Fact]
    public async Task A_server_that_has_TLS_1_2_only_is_refused()
    {
        using X509Certificate2 own = _fleet.Certificate("cloud", Role.Cloud);
        SslServerAuthenticationOptions old = new()
        {
            ServerCertificate = own,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls12,
            RemoteCertificateValidationCallback = TestFleet.AcceptAnything,
        };
        (NetworkStream server, NetworkStream client) = await StreamsAsync();
        await using SslStream tls = new(server);
        Task<AuthenticationException> serving = Assert.ThrowsAsync<AuthenticationException>(() => tls.AuthenticateAsServerAsync(old, Soon));
        LinkException refused = await Assert.ThrowsAsync<LinkException>(() => _fleet.Policy("ward", Role.Gateway).ConnectAsync(client, "localhost", new PeerExpectation("cloud", Role.Cloud), Soon));
        await serving;
        Assert.Equal(LinkRefusal.WrongVersion, refused.Reason);
    }

    [Theory]
    [InlineData(Flaw.OtherAuthority, LinkRefusal.Untrusted)]
    [InlineData(Flaw.SelfSigned, LinkRefusal.Untrusted)]
    [InlineData(Flaw.Expired, LinkRefusal.Expired)]
    [InlineData(Flaw.NotYetValid, LinkRefusal.NotYetValid)]
    [InlineData(Flaw.ClientOnly, LinkRefusal.WrongPurpose)]
    [InlineData(Flaw.WrongName, LinkRefusal.WrongName)]
    [InlineData(Flaw.WrongAddress, LinkRefusal.WrongName)]
    public async Task A_server_whose_certificate_will_not_do_is_refused_and_both_sides_name_a_reason(Flaw flaw, LinkRefusal reason)
    {
        (LinkException client, LinkException server) = await RefusedByClientAsync(_fleet.Policy("cloud", Role.Cloud, flaw), _fleet.Policy("ward", Role.Gateway));
        Assert.Equal(reason, client.Reason);

        // The names that a client expects are the client's alone to know.
        Assert.Equal(reason == LinkRefusal.WrongName ? LinkRefusal.RefusedByPeer : reason, server.Reason);
    }

    [Fact]
    public async Task A_server_of_another_role_is_refused()
    {
        (LinkException client, LinkException server) = await RefusedByClientAsync(_fleet.Policy("cloud", Role.Archive), _fleet.Policy("ward", Role.Gateway));
        Assert.Equal(LinkRefusal.WrongRole, client.Reason);
        Assert.Equal(LinkRefusal.RefusedByPeer, server.Reason);
    }

    [Fact]
    public async Task A_server_that_the_registry_refuses_is_refused()
    {
        TlsPolicy ward = _fleet.Policy("ward", Role.Gateway, check: _ => new PeerRefusal(LinkRefusal.Revoked, "because"));
        (LinkException client, _) = await RefusedByClientAsync(_fleet.Policy("cloud", Role.Cloud), ward);
        Assert.Equal(LinkRefusal.Revoked, client.Reason);
    }

    [Fact]
    public async Task Something_that_is_not_TLS_is_refused()
    {
        (NetworkStream server, NetworkStream client) = await StreamsAsync();
        await using NetworkStream plain = client;
        await client.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Soon);
        LinkException refused = await Assert.ThrowsAsync<LinkException>(() => _fleet.Policy("cloud", Role.Cloud).AcceptAsync(server, Soon));
        Assert.Equal(LinkRefusal.NotTls, refused.Reason);
    }

    [Fact]
    public async Task A_silent_stranger_is_given_up_after_the_handshake_time()
    {
        ManualTime time = new();
        (NetworkStream server, NetworkStream client) = await StreamsAsync();
        await using NetworkStream silent = client;
        TlsPolicy cloud = new(_fleet.Identity("cloud", Role.Cloud), TestFleet.LetIn, time);
        Task<TlsConnection> accepting = cloud.AcceptAsync(server, Soon);
        time.Advance(LinkLimits.HandshakeTime);
        Assert.Equal(LinkRefusal.TooSlow, (await Assert.ThrowsAsync<LinkException>(() => accepting)).Reason);
    }

    [Fact]
    public async Task No_session_is_resumed_so_that_every_connection_is_judged()
    {
        int asked = 0;
        TlsPolicy cloud = _fleet.Policy("cloud", Role.Cloud, check: _ =>
        {
            asked++;
            return null;
        });
        TlsPolicy ward = _fleet.Policy("ward", Role.Gateway);
        for (int i = 0; i < 3; i++)
        {
            (TlsConnection server, TlsConnection client) = await PairAsync(cloud, ward, new PeerExpectation("cloud", Role.Cloud));
            await server.Stream.DisposeAsync();
            await client.Stream.DisposeAsync();
        }

        Assert.Equal(3, asked);
    }

    [Fact]
    public void A_standing_peer_is_judged_again()
    {
        bool revoked = false;
        TlsPolicy cloud = _fleet.Policy("cloud", Role.Cloud, check: _ => revoked ? new PeerRefusal(LinkRefusal.Revoked, "because") : null);
        Assert.Null(cloud.Recheck(TestFleet.Anyone));
        Assert.Equal(LinkRefusal.Expired, cloud.Recheck(TestFleet.Anyone with { NotAfter = DateTimeOffset.UtcNow.AddSeconds(-1) })?.Reason);
        revoked = true;
        Assert.Equal(LinkRefusal.Revoked, cloud.Recheck(TestFleet.Anyone)?.Reason);
    }

    [Fact]
    public async Task The_clock_that_judges_certificates_is_the_one_given()
    {
        ManualTime time = new() { Now = DateTimeOffset.UtcNow.AddDays(2) };
        TlsPolicy cloud = new(_fleet.Identity("cloud", Role.Cloud), TestFleet.LetIn, time);
        (LinkException server, _) = await RefusedByServerAsync(cloud, _fleet.Policy("ward", Role.Gateway));
        Assert.Equal(LinkRefusal.Expired, server.Reason);
    }

    public void Dispose() => _fleet.Dispose();

    private static SslClientAuthenticationOptions Foreign(X509Certificate2? certificate) => new()
    {
        TargetHost = "localhost",
        ClientCertificates = certificate is null ? null : [certificate],
        RemoteCertificateValidationCallback = TestFleet.AcceptAnything,
    };

    /// <summary>Both ends of a TCP connection on loopback.</summary>
    private static async Task<(NetworkStream Server, NetworkStream Client)> StreamsAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint, Soon);
        return (new NetworkStream(await listener.AcceptSocketAsync(Soon), true), new NetworkStream(client, true));
    }

    private static async Task<(TlsConnection Server, TlsConnection Client)> PairAsync(TlsPolicy server, TlsPolicy client, PeerExpectation expected)
    {
        (NetworkStream s, NetworkStream c) = await StreamsAsync();
        Task<TlsConnection> accepting = server.AcceptAsync(s, Soon);
        TlsConnection connected = await client.ConnectAsync(c, "localhost", expected, Soon);
        return (await accepting, connected);
    }

    /// <summary>The client's part is over before the server judges it; it learns of the refusal from the end of the stream.</summary>
    private static async Task<(LinkException Server, LinkException Client)> RefusedByServerAsync(TlsPolicy server, TlsPolicy client)
    {
        (NetworkStream s, NetworkStream c) = await StreamsAsync();
        Task<LinkException> refusing = Assert.ThrowsAsync<LinkException>(() => server.AcceptAsync(s, Soon));
        TlsConnection connected = await client.ConnectAsync(c, "localhost", new PeerExpectation(null, Role.Cloud), Soon);
        await using (connected.Stream)
        {
            LinkException refusal = await refusing;
            Assert.Null(await FirstByteAsync(connected.Stream));
            return (refusal, client.RefusedByPeer(asServer: false));
        }
    }

    private static async Task<(LinkException Client, LinkException Server)> RefusedByClientAsync(TlsPolicy server, TlsPolicy client)
    {
        (NetworkStream s, NetworkStream c) = await StreamsAsync();
        Task<LinkException> accepting = Task.Run(async () =>
        {
            try
            {
                TlsConnection accepted = await server.AcceptAsync(s, Soon);
                await using (accepted.Stream)
                {
                    Assert.Null(await FirstByteAsync(accepted.Stream));
                    return server.RefusedByPeer(asServer: true);
                }
            }
            catch (LinkException e)
            {
                return e;
            }
        }, Soon);
        LinkException refusal = await Assert.ThrowsAsync<LinkException>(() => client.ConnectAsync(c, "localhost", new PeerExpectation("cloud", Role.Cloud), Soon));
        return (refusal, await accepting);
    }

    private static async Task<(LinkException? Server, Exception? Client)> AgainstAsync(TlsPolicy server, SslClientAuthenticationOptions options)
    {
        (NetworkStream s, NetworkStream c) = await StreamsAsync();
        Task<LinkException> refusing = Assert.ThrowsAsync<LinkException>(() => server.AcceptAsync(s, Soon));
        await using SslStream tls = new(c);
        Exception? client = await Record.ExceptionAsync(async () =>
        {
            await tls.AuthenticateAsClientAsync(options, Soon);
            if (await FirstByteAsync(tls) is null)
            {
                throw new EndOfStreamException();
            }
        });
        return (await refusing, client);
    }

    private static async Task<byte?> FirstByteAsync(SslStream stream)
    {
        byte[] one = new byte[1];
        try
        {
            return await stream.ReadAsync(one, Soon) == 0 ? null : one[0];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
