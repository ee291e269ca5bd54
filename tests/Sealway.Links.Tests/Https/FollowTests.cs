namespace Sealway.Links.Tests;

using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sealway.Messages;
using Xunit;

public sealed class FollowTests : IAsyncDisposable
{
    private readonly TestFleet _fleet = new();
    private readonly Channel<LinkException> _refused = Channel.CreateUnbounded<LinkException>();
    private readonly List<IDisposable> _made = [];
    private FollowServer? _server;

    private CheckPeer Check { get; set; } = TestFleet.LetIn;

    private FollowHandler Handler { get; set; } = (_, body, _, _) => ValueTask.FromResult(FollowAnswer.Bytes(body));

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_answered_and_both_sides_know_each_other()
    {
        PeerIdentity? asked = null;
        TimeSpan waited = default;
        Handler = (peer, body, wait, _) =>
        {
            (asked, waited) = (peer, wait);
            return ValueTask.FromResult(FollowAnswer.Bytes(body.ToArray().Reverse().ToArray()));
        };
        await StartAsync();
        FollowClient client = Client();
        Assert.Equal([3, 2, 1], await client.PostAsync(new byte[] { 1, 2, 3 }, cancellation: Soon));
        Assert.Equal("archive", asked?.Name);
        Assert.Equal("cloud", client.Server?.Name);
        Assert.Equal(TimeSpan.Zero, waited);
        Assert.Equal([1], await client.PostAsync(new byte[] { 1 }, TimeSpan.FromSeconds(20), Soon));
        Assert.Equal(TimeSpan.FromSeconds(20), waited);
    }

    [Fact]
    public async Task The_largest_body_and_answer_pass_and_larger_ones_do_not()
    {
        await StartAsync();
        FollowClient client = Client();
        byte[] largest = RandomNumberGenerator.GetBytes(LinkLimits.FollowBytes);
        byte[] answer = await client.PostAsync(largest, cancellation: Soon);
        Assert.True(answer.AsSpan().SequenceEqual(largest));
        Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[LinkLimits.FollowBytes + 1], cancellation: Soon))).Reason);
        Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[LinkLimits.LongPollBytes + 1], TimeSpan.FromSeconds(1), Soon))).Reason);
        Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(ReadOnlyMemory<byte>.Empty, cancellation: Soon))).Reason);
        Handler = (_, _, _, _) => ValueTask.FromResult(FollowAnswer.Bytes(new byte[LinkLimits.FollowBytes + 1]));
        Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[1], cancellation: Soon))).Reason);
    }

    [Fact]
    public async Task A_refusal_reaches_the_client_with_its_reason_and_text()
    {
        Handler = (_, body, _, _) => ValueTask.FromResult(body.Span[0] switch
        {
            1 => FollowAnswer.Refuse(LinkRefusal.Forbidden, "not your log"),
            2 => FollowAnswer.Refuse(LinkRefusal.BadRequest, "no such log"),
            3 => FollowAnswer.Bytes(default),
            4 => throw new LinkException(LinkRefusal.WrongProtocol, "not CBOR"),
            _ => throw new InvalidOperationException("secret"),
        });
        await StartAsync();
        FollowClient client = Client();
        LinkException forbidden = await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[] { 1 }, cancellation: Soon));
        Assert.Equal(LinkRefusal.Forbidden, forbidden.Reason);
        Assert.Contains("not your log", forbidden.Text, StringComparison.Ordinal);
        Assert.Equal(LinkRefusal.BadRequest, (await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[] { 2 }, cancellation: Soon))).Reason);
        Assert.Empty(await client.PostAsync(new byte[] { 3 }, cancellation: Soon));
        Assert.Equal(LinkRefusal.WrongProtocol, (await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[] { 4 }, cancellation: Soon))).Reason);
        LinkException failed = await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[] { 5 }, cancellation: Soon));
        Assert.Equal(LinkRefusal.Failed, failed.Reason);
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/follow", "text/plain", 400)]
    [InlineData("POST", "/follow", null, 400)]
    [InlineData("POST", "/follow?wait=51", "application/cbor", 400)]
    [InlineData("POST", "/follow?wait=-1", "application/cbor", 400)]
    [InlineData("POST", "/follow?wait=1&wait=2", "application/cbor", 400)]
    [InlineData("GET", "/follow", null, 405)]
    [InlineData("POST", "/other", "application/cbor", 404)]
    [InlineData("POST", "/follow", "application/cbor", 200)]
    public async Task Another_library_is_answered_by_the_rules_of_HTTP(string method, string path, string? type, int status)
    {
        await StartAsync();
        using HttpClient http = Foreign(_fleet.Certificate("archive", Role.Archive));
        foreach (Version version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using HttpRequestMessage request = new(new HttpMethod(method), new Uri($"https://localhost:{_server!.Address.Port}{path}")) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            if (method == "POST")
            {
                request.Content = new ByteArrayContent([1]);
                request.Content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
            }

            using HttpResponseMessage response = await http.SendAsync(request, Soon);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(version, response.Version);
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Theory]
    [InlineData(Flaw.OtherAuthority, LinkRefusal.Untrusted)]
    [InlineData(Flaw.SelfSigned, LinkRefusal.Untrusted)]
    [InlineData(Flaw.Expired, LinkRefusal.Expired)]
    [InlineData(Flaw.NotYetValid, LinkRefusal.NotYetValid)]
    [InlineData(Flaw.ServerOnly, LinkRefusal.WrongPurpose)]
    public async Task A_client_whose_certificate_will_not_do_is_refused_and_both_sides_name_the_reason(Flaw flaw, LinkRefusal reason)
    {
        await StartAsync();
        Assert.Equal(reason, (await Assert.ThrowsAsync<LinkException>(() => Client(flaw).PostAsync(new byte[1], cancellation: Soon))).Reason);
        Assert.Equal(reason, (await _refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task A_revoked_client_is_refused()
    {
        Check = _ => new PeerRefusal(LinkRefusal.Revoked, "because");
        await StartAsync();
        Assert.Equal(LinkRefusal.Revoked, (await Assert.ThrowsAsync<LinkException>(() => Client().PostAsync(new byte[1], cancellation: Soon))).Reason);
        Assert.Equal(LinkRefusal.Revoked, (await _refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task A_client_of_another_role_is_refused()
    {
        await StartAsync();
        using HttpClient http = Foreign(_fleet.Certificate("thermometer", Role.Sensor));
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"https://localhost:{_server!.Address.Port}/"), Soon);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("WrongRole: ", await answer.Content.ReadAsStringAsync(Soon), StringComparison.Ordinal);
        Assert.Equal(LinkRefusal.WrongRole, (await _refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused()
    {
        await StartAsync();
        using HttpClient http = Foreign(null);
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"https://localhost:{_server!.Address.Port}/"), Soon);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("NoCertificate: ", await answer.Content.ReadAsStringAsync(Soon), StringComparison.Ordinal);
        Assert.Equal(LinkRefusal.NoCertificate, (await _refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task A_client_that_offers_TLS_1_2_only_is_refused()
    {
        await StartAsync();
        using HttpClient http = Foreign(_fleet.Certificate("archive", Role.Archive), SslProtocols.Tls12);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"https://localhost:{_server!.Address.Port}/"), Soon));
        Assert.Equal(LinkRefusal.WrongVersion, (await _refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task Something_that_is_not_TLS_is_refused()
    {
        await StartAsync();
        using HttpClient http = new();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://localhost:{_server!.Address.Port}/"), Soon));
        Assert.Equal(LinkRefusal.NotTls, (await _refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Theory]
    [InlineData(Flaw.OtherAuthority, LinkRefusal.Untrusted)]
    [InlineData(Flaw.SelfSigned, LinkRefusal.Untrusted)]
    [InlineData(Flaw.Expired, LinkRefusal.Expired)]
    [InlineData(Flaw.NotYetValid, LinkRefusal.NotYetValid)]
    [InlineData(Flaw.WrongName, LinkRefusal.WrongName)]
    [InlineData(Flaw.WrongAddress, LinkRefusal.WrongName)]
    [InlineData(Flaw.ClientOnly, LinkRefusal.WrongPurpose)]
    public async Task A_server_whose_certificate_will_not_do_is_refused_and_both_sides_name_a_reason(Flaw flaw, LinkRefusal reason)
    {
        await StartAsync(flaw);
        Assert.Equal(reason, (await Assert.ThrowsAsync<LinkException>(() => Client().PostAsync(new byte[1], cancellation: Soon))).Reason);
        Assert.Equal(reason == LinkRefusal.WrongName ? LinkRefusal.RefusedByPeer : reason, (await _refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task A_server_that_was_revoked_is_not_asked_again_though_its_connection_stands()
    {
        await StartAsync();
        bool revoked = false;
        FollowClient client = Client(check: _ => revoked ? new PeerRefusal(LinkRefusal.Revoked, "because") : null);
        await client.PostAsync(new byte[1], cancellation: Soon);
        revoked = true;
        Assert.Equal(LinkRefusal.Revoked, (await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[1], cancellation: Soon))).Reason);
    }

    [Fact]
    public async Task A_client_that_is_revoked_while_connected_is_told_so_at_its_next_request()
    {
        await StartAsync();
        FollowClient client = Client();
        await client.PostAsync(new byte[1], cancellation: Soon);
        Check = _ => new PeerRefusal(LinkRefusal.Revoked, "because");
        Assert.Equal(LinkRefusal.Revoked, (await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[1], cancellation: Soon))).Reason);
    }

    [Fact]
    public async Task Dropping_a_key_ends_its_long_polls()
    {
        TaskCompletionSource waiting = new();
        TaskCompletionSource ended = new();
        Handler = async (_, _, _, cancellation) =>
        {
            cancellation.Register(ended.SetResult);
            waiting.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return default;
        };
        await StartAsync();
        Task<byte[]> poll = Client().PostAsync(new byte[1], TimeSpan.FromSeconds(30), Soon);
        await waiting.Task;
        Assert.Equal(0, _server!.Drop(TestFleet.KidOf("someone")));
        Assert.Equal(1, _server.Drop(TestFleet.KidOf("archive")));
        await ended.Task;
        Assert.Equal(LinkRefusal.Revoked, (await Assert.ThrowsAsync<LinkException>(() => poll)).Reason);
        Assert.Equal(LinkRefusal.Revoked, (await _refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task When_the_registry_revokes_a_follower_its_long_poll_is_answered_with_that_and_its_connections_end()
    {
        TaskCompletionSource waiting = new();
        Handler = async (_, _, wait, cancellation) =>
        {
            if (wait > TimeSpan.Zero)
            {
                waiting.SetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return FollowAnswer.Bytes(new byte[] { 1 });
        };
        await StartAsync();
        FollowClient idle = Client();
        await idle.PostAsync(new byte[1], cancellation: Soon);
        Task<byte[]> poll = Client().PostAsync(new byte[1], TimeSpan.FromSeconds(30), Soon);
        await waiting.Task;
        Check = _ => new PeerRefusal(LinkRefusal.Revoked, "because");
        _server!.Recheck();
        LinkException told = await Assert.ThrowsAsync<LinkException>(() => poll);
        Assert.Equal(LinkRefusal.Revoked, told.Reason);
        Assert.Contains("because", told.Text, StringComparison.Ordinal);

        // A request that meets the old connection's end hears of a broken one; whoever then connects anew hears why.
        LinkRefusal ended = (await Assert.ThrowsAsync<LinkException>(() => idle.PostAsync(new byte[1], cancellation: Soon))).Reason;
        if (ended == LinkRefusal.Closed)
        {
            ended = (await Assert.ThrowsAsync<LinkException>(() => idle.PostAsync(new byte[1], cancellation: Soon))).Reason;
        }

        Assert.Equal(LinkRefusal.Revoked, ended);
        Assert.Equal(LinkRefusal.Revoked, (await _refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task A_server_that_stops_lets_go_of_its_long_polls()
    {
        TaskCompletionSource waiting = new();
        Handler = async (_, _, _, cancellation) =>
        {
            waiting.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return default;
        };
        await StartAsync();
        Task<byte[]> poll = Client().PostAsync(new byte[1], TimeSpan.FromSeconds(30), Soon);
        await waiting.Task;
        await _server!.DisposeAsync();
        Assert.Contains((await Assert.ThrowsAsync<LinkException>(() => poll)).Reason, new[] { LinkRefusal.ClosedHere, LinkRefusal.Closed });
    }

    [Fact]
    public async Task Further_routes_know_who_calls_and_a_listener_without_the_policy_lets_nobody_follow()
    {
        int plain = 0;
        await StartAsync(
            routes: app => app.MapGet("/who", (HttpContext request) => FollowServer.PeerOf(request)?.Name ?? "nobody"),
            plainPort: port => plain = port);
        using HttpClient http = Foreign(_fleet.Certificate("archive", Role.Archive));
        Assert.Equal("archive", await http.GetStringAsync(new Uri($"https://localhost:{_server!.Address.Port}/who"), Soon));
        Assert.Equal("nobody", await http.GetStringAsync(new Uri($"http://localhost:{plain}/who"), Soon));
        using ByteArrayContent body = new([1]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/cbor");
        using HttpResponseMessage refused = await http.PostAsync(new Uri($"http://localhost:{plain}/follow"), body, Soon);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Nothing_answers_at_a_port_without_a_server()
    {
        await StartAsync();
        FollowClient client = Client();
        await _server!.DisposeAsync();
        Assert.Equal(LinkRefusal.Unreachable, (await Assert.ThrowsAsync<LinkException>(() => client.PostAsync(new byte[1], cancellation: Soon))).Reason);
    }

    public async ValueTask DisposeAsync()
    {
        _made.ForEach(d => d.Dispose());
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _fleet.Dispose();
    }

    private async Task StartAsync(Flaw flaw = Flaw.None, Action<WebApplication>? routes = null, Action<int>? plainPort = null)
    {
        TlsIdentity identity = _fleet.Identity("cloud", Role.Cloud, flaw);
        _made.Add(identity);
        int plain = 0;
        if (plainPort is not null)
        {
            using System.Net.Sockets.TcpListener probe = new(IPAddress.Loopback, 0);
            probe.Start();
            plain = ((IPEndPoint)probe.LocalEndpoint).Port;
            plainPort(plain);
        }

        _server = new FollowServer(new FollowServerOptions
        {
            Address = HostPort.Parse("127.0.0.1:0"),
            Policy = new TlsPolicy(identity, peer => Check(peer)) { Accepts = [Role.Archive, Role.App, Role.Registrar] },
            Handler = (peer, body, wait, cancellation) => Handler(peer, body, wait, cancellation),
            Refused = (cause, _) => _refused.Writer.TryWrite(cause),
            Routes = routes,
            Listeners = plainPort is null ? null : kestrel => kestrel.ListenLocalhost(plain),
        });
        await _server.StartAsync(Soon);
    }

    private FollowClient Client(Flaw flaw = Flaw.None, CheckPeer? check = null)
    {
        TlsIdentity identity = _fleet.Identity("archive", Role.Archive, flaw);
        FollowClient client = new(new HostPort("localhost", _server!.Address.Port), new TlsPolicy(identity, check ?? TestFleet.LetIn), new PeerExpectation("cloud", Role.Cloud));
        _made.Add(client);
        _made.Add(identity);
        return client;
    }

    private HttpClient Foreign(X509Certificate2? certificate, SslProtocols protocols = SslProtocols.Tls13)
    {
        SocketsHttpHandler handler = new()
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = protocols,
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                RemoteCertificateValidationCallback = TestFleet.AcceptAnything,
            },
        };
        if (certificate is not null)
        {
            _made.Add(certificate);
        }

        return new HttpClient(handler);
    }
}
