namespace Sealway.Links.Tests;

using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using Sealway.Messages;
using Xunit;

/// <summary>A broker on loopback, what it told, and gateways and strangers that connect to it.</summary>
public sealed class BrokerRig : IAsyncDisposable
{
    private readonly List<(CancellationTokenSource Stop, Task Run, GatewayConnection Connection)> _gateways = [];
    private readonly List<IDisposable> _made = [];

    public TestFleet Fleet { get; } = new();

    public Broker? Broker { get; private set; }

    public HostPort Address { get; private set; } = HostPort.Parse("127.0.0.1:0");

    /// <summary>How the cloud takes a message, besides noting it.</summary>
    public Func<PeerIdentity, ReadOnlyMemory<byte>, CancellationToken, ValueTask> OnMessage { get; set; } = (_, _, _) => ValueTask.CompletedTask;

    public CheckPeer Check { get; set; } = TestFleet.LetIn;

    public Channel<(PeerIdentity Gateway, byte[] Payload)> Messages { get; } = Channel.CreateUnbounded<(PeerIdentity, byte[])>();

    public Channel<PeerIdentity> Connected { get; } = Channel.CreateUnbounded<PeerIdentity>();

    public Channel<(PeerIdentity Gateway, LinkException Cause)> Disconnected { get; } = Channel.CreateUnbounded<(PeerIdentity, LinkException)>();

    public Channel<LinkException> Refused { get; } = Channel.CreateUnbounded<LinkException>();

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    public async Task<Broker> StartAsync(Flaw flaw = Flaw.None)
    {
        TlsIdentity identity = Fleet.Identity("cloud", Role.Cloud, flaw);
        _made.Add(identity);
        Broker = new Broker(new BrokerOptions
        {
            Address = Address,
            Policy = new TlsPolicy(identity, peer => Check(peer)) { Accepts = [Role.Gateway] },
            Message = async (gateway, payload, cancellation) =>
            {
                Messages.Writer.TryWrite((gateway, payload.ToArray()));
                await OnMessage(gateway, payload, cancellation);
            },
            Connected = gateway => Connected.Writer.TryWrite(gateway),
            Disconnected = (gateway, cause) => Disconnected.Writer.TryWrite((gateway, cause)),
            Refused = (cause, _) => Refused.Writer.TryWrite(cause),
        });
        await Broker.StartAsync();
        Address = Broker.Address;
        return Broker;
    }

    public GatewayRig Gateway(string name = "ward", Flaw flaw = Flaw.None, CheckPeer? check = null, string? cloudName = "cloud")
    {
        GatewayRig rig = new();
        TlsIdentity identity = Fleet.Identity(name, Role.Gateway, flaw);
        _made.Add(identity);
        rig.Connection = new GatewayConnection(new GatewayConnectionOptions
        {
            Cloud = Address,
            CloudName = cloudName,
            Policy = new TlsPolicy(identity, check ?? TestFleet.LetIn),
            Message = async (payload, cancellation) =>
            {
                rig.Messages.Writer.TryWrite(payload.ToArray());
                await rig.OnMessage(cancellation);
            },
            Connected = cloud => rig.Connected.Writer.TryWrite(cloud),
            Disconnected = cause => rig.Disconnected.Writer.TryWrite(cause),
        });
        CancellationTokenSource stop = new();
        _gateways.Add((stop, rig.Connection.RunAsync(stop.Token), rig.Connection));
        return rig;
    }

    /// <summary>A client that is not ours: the library's own, over the platform's TLS, with a certificate of the fleet.</summary>
    public async Task<(IMqttClient Client, MqttClientConnectResult? Result, Exception? Failure)> StrangerAsync(string name, Action<MqttClientOptions>? twist = null, SslProtocols protocols = SslProtocols.Tls13)
    {
        X509Certificate2 own = Fleet.Certificate(name, Role.Gateway);
        IMqttClient client = new MqttClientFactory().CreateMqttClient();
        _made.Add(own);
        _made.Add(client);
        MqttClientOptions options = new()
        {
            ChannelOptions = new MqttClientTcpOptions
            {
                RemoteEndpoint = new DnsEndPoint("localhost", Address.Port),
                TlsOptions = new MqttClientTlsOptionsBuilder().WithSslProtocols(protocols).WithClientCertificates([own]).WithTrustChain([Fleet.Authority])
                    .WithCertificateValidationHandler(e => e.SslPolicyErrors == SslPolicyErrors.None).WithRevocationMode(X509RevocationMode.NoCheck).Build(),
            },
            ClientId = name,
            ProtocolVersion = MqttProtocolVersion.V500,
        };
        twist?.Invoke(options);
        try
        {
            return (client, await client.ConnectAsync(options, Soon), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (client, null, e);
        }
    }

    /// <summary>A raw TLS stream to the broker, to send on it what no library would.</summary>
    public async Task<SslStream> RawAsync(string name)
    {
        System.Net.Sockets.NetworkStream stream = await TcpDial.ConnectAsync(Address, TimeProvider.System, Soon);
        TlsIdentity identity = Fleet.Identity(name, Role.Gateway);
        _made.Add(identity);
        return (await new TlsPolicy(identity, TestFleet.LetIn).ConnectAsync(stream, "localhost", new PeerExpectation("cloud", Role.Cloud), Soon)).Stream;
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((CancellationTokenSource stop, Task run, GatewayConnection connection) in _gateways)
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
            stop.Dispose();
            connection.Dispose();
        }

        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        _made.ForEach(d => d.Dispose());
        Fleet.Dispose();
    }
}
