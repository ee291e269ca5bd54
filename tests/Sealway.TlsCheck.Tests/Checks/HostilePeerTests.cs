namespace Sealway.TlsCheck.Tests.Checks;

using System.Net.Sockets;
using System.Text;
using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Keys;
using Sealway.TlsCheck.Probing;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Tests.Servers;
using Sealway.TlsCheck.Wire;
using Xunit;

/// <summary>Whatever listens there: a check ends with a report, within its bounds, and guesses nothing.</summary>
public sealed class HostilePeerTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    private CheckOptions Impatient => Checking.Options(_certificates) with { Timeout = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task A_server_that_says_nothing_is_not_tls_after_two_connections()
    {
        using ScriptedServer server = new((_, stop) => Task.Delay(Timeout.Infinite, stop));
        EndpointReport report = await Checking.RunAsync(server.Target, Impatient);
        Assert.Equal(Outcome.NotTls, report.Outcome);
        Assert.Contains("no answer in time", report.Reason, StringComparison.Ordinal);
        Assert.Equal(2, report.Connections);
        Assert.Equal(3, new CheckReport(1, Profile.Intermediate, [report]).ExitCode());
    }

    [Fact]
    public async Task A_port_where_nothing_listens_is_unreachable()
    {
        Target target;
        using (ScriptedServer gone = new((_, _) => Task.CompletedTask))
        {
            target = gone.Target;
        }

        EndpointReport report = await Checking.RunAsync(target, Checking.Options(_certificates));
        Assert.Equal((Outcome.Unreachable, "the connection was refused: nothing listens there"), (report.Outcome, report.Reason));
        Assert.False(report.Meets(Profile.Intermediate));
        Assert.Equal(3, new CheckReport(1, Profile.Intermediate, [report]).ExitCode());
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("\u0016")]
    [InlineData("")]
    public async Task A_server_that_speaks_something_else_is_not_tls(string said)
    {
        using ScriptedServer server = ScriptedServer.Answering(_ => Encoding.Latin1.GetBytes(said));
        EndpointReport report = await Checking.RunAsync(server.Target, Checking.Options(_certificates));
        Assert.Equal(Outcome.NotTls, report.Outcome);
        Assert.Empty(report.Offered());
    }

    [Fact]
    public async Task A_server_that_drips_bytes_is_cut_off()
    {
        byte[] flight = ScriptedServer.Record(ProtocolVersion.Tls12, ScriptedServer.ServerHello(ProtocolVersion.Tls12, 0xC02F));
        using ScriptedServer server = new(async (stream, stop) =>
        {
            foreach (byte one in flight)
            {
                await stream.WriteAsync(new[] { one }, stop);
                await Task.Delay(50, stop);
            }
        });
        EndpointReport report = await Checking.RunAsync(server.Target, Impatient);
        Assert.Equal(Outcome.NotTls, report.Outcome);
    }

    [Theory]
    [InlineData("1603034fff")]
    [InlineData("160303ffff")]
    [InlineData("16030300040bffffff")]
    [InlineData("160303000c02000008ffffffffffffffff")]
    public async Task Giant_lengths_are_refused_before_anything_is_kept(string hex)
    {
        using ScriptedServer server = ScriptedServer.Answering(_ => Convert.FromHexString(hex), (_, stop) => Task.Delay(Timeout.Infinite, stop));
        EndpointReport report = await Checking.RunAsync(server.Target, Checking.Options(_certificates));
        Assert.Equal(Outcome.NotTls, report.Outcome);
        Assert.All(report.Versions.Where(version => version.Version is not "SSL 2"), version => Assert.NotEqual(Answer.Yes, version.Offered));
    }

    [Fact]
    public async Task Endless_records_end_at_the_bound()
    {
        using ScriptedServer server = ScriptedServer.Answering(
            hello => ScriptedServer.VersionOf(hello) == 0x0303 && ScriptedServer.Offers(hello, 0x002F) ? ScriptedServer.Record(ProtocolVersion.Tls12, ScriptedServer.ServerHello(ProtocolVersion.Tls12, 0x002F)) : ScriptedServer.Alert(AlertDescription.HandshakeFailure),
            async (stream, stop) =>
            {
                byte[] beat = ProbeConnection.Record(ContentType.Heartbeat, new byte[1], ProtocolVersion.Tls12);
                while (true)
                {
                    await stream.WriteAsync(beat, stop);
                }
            });
        EndpointReport report = await Checking.RunAsync(server.Target, Checking.Options(_certificates) with { Parts = CheckParts.Certificate });
        Assert.Equal(["TLS 1.2"], report.Offered());
        Assert.Empty(report.Chains);
        Assert.Equal(Answer.Undetermined, report.ClientCertificate.Asked);
    }

    [Fact]
    public async Task Endless_hello_retry_requests_end_with_the_second()
    {
        HandshakeMessage retry = HandshakeMessage.Of(HandshakeType.ServerHello, new WireWriter().Short(0x0303)
            .Bytes(Convert.FromHexString("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")).Vector8([]).Short(0x1301).Byte(0)
            .Vector16([0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 24]).ToArray());
        using ScriptedServer server = new(async (stream, stop) =>
        {
            while (true)
            {
                await ScriptedServer.FirstAsync(stream, stop);
                await stream.WriteAsync(ScriptedServer.Record(ProtocolVersion.Tls12, retry), stop);
            }
        });
        CheckOptions options = Checking.Options(_certificates);
        using Dialer dialer = new(server.Target, options, TimeProvider.System, TestContext.Current.CancellationToken);
        using KeyShares shares = new();
        HelloProbe probe = new(dialer, null, shares);
        HandshakeResult result = await new FullHandshake(probe, null).RunAsync(probe.Plan(ProtocolVersion.Tls13), finish: true);
        Assert.Equal((StopKind.Malformed, "a second HelloRetryRequest"), (result.Stop!.Kind, result.Stop.Message));
        EndpointReport report = await Checking.RunAsync(server.Target, options with { Parts = CheckParts.Certificate });
        Assert.Equal(["TLS 1.3"], report.Offered());
        Assert.Empty(report.Chains);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_not_asked_for_ever_and_nothing_is_guessed()
    {
        int answered = 0;
        using ScriptedServer server = ScriptedServer.Answering(
            hello => ScriptedServer.VersionOf(hello) == 0x0303 && Interlocked.Increment(ref answered) <= 2 ? ScriptedServer.Record(ProtocolVersion.Tls12, ScriptedServer.ServerHello(ProtocolVersion.Tls12, 0xC02F)) : [],
            (_, stop) => Task.Delay(Timeout.Infinite, stop));
        EndpointReport report = await Checking.RunAsync(server.Target, Impatient with { Concurrency = 1 });

        // The last answer may come after some silence, which then counts anew.
        Assert.InRange(report.Connections, 1, (2 * (Dialer.MostSilent + 1)) + 2);
        Assert.DoesNotContain(report.Versions, version => version.Offered == Answer.No);
        Assert.False(report.Meets(Profile.Intermediate));
    }

    [Fact]
    public async Task The_time_for_an_endpoint_is_a_bound()
    {
        using ScriptedServer server = ScriptedServer.Answering(
            hello => ScriptedServer.Record(ProtocolVersion.Tls12, ScriptedServer.ServerHello(ProtocolVersion.Tls12, 0xC02F)),
            (_, stop) => Task.Delay(Timeout.Infinite, stop));
        EndpointReport report = await Checking.RunAsync(server.Target, Checking.Options(_certificates) with { Total = TimeSpan.FromSeconds(1), Rate = 1 });
        Assert.InRange(report.Connections, 0, 4);
        Assert.Contains(report.Versions, version => version.Offered == Answer.Undetermined);
        Assert.Contains("probe.undetermined", report.Ids());
    }

    [Fact]
    public async Task Random_answers_end_with_a_report()
    {
        Random random = new(20_260_722);
        Lock taking = new();
        using ScriptedServer server = ScriptedServer.Answering(_ =>
        {
            lock (taking)
            {
                byte[] body = new byte[random.Next(1, 200)];
                random.NextBytes(body);
                return random.Next(4) switch
                {
                    0 => body,
                    1 => ProbeConnection.Record(ContentType.Handshake, body, ProtocolVersion.Tls12),
                    2 => ScriptedServer.Record(ProtocolVersion.Tls12, HandshakeMessage.Of(HandshakeType.ServerHello, body)),
                    _ => ScriptedServer.Record(ProtocolVersion.Tls12, ScriptedServer.ServerHello(ProtocolVersion.Tls12, random.Next(0xFFFF)), HandshakeMessage.Of((HandshakeType)random.Next(25), body)),
                };
            }
        });
        for (int round = 0; round < 3; round++)
        {
            EndpointReport report = await Checking.RunAsync(server.Target, Checking.Options(_certificates) with { MostConnections = 200 });
            Assert.InRange(report.Connections, 1, 200);
            Assert.False(report.Meets(Profile.Intermediate));
        }
    }

    public void Dispose() => _certificates.Dispose();
}
