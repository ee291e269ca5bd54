namespace Sealway.Cli.Demo.Attacks;

using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>A cloud of the attacker's own towards gateways, with the true cloud's stolen keys: it acknowledges and countersigns what it is sent, and throws it away.</summary>
internal sealed class HostileBroker : IAsyncDisposable
{
    private readonly Identity _identity;
    private readonly TlsIdentity _tls;
    private readonly SqliteLogStore _registry;
    private readonly Broker _broker;
    private Head? _last;

    private HostileBroker(Identity identity, SqliteLogStore registry)
    {
        _identity = identity;
        _registry = registry;
        _tls = TlsIdentity.From(new X509Certificate2(identity.Certificate), [new X509Certificate2(identity.Ca)]);
        _broker = new Broker(new BrokerOptions
        {
            Address = HostPort.Parse("127.0.0.1:0"),
            Policy = new TlsPolicy(_tls, _ => null) { Accepts = [Role.Gateway] },
            Message = TakeAsync,
        });
    }

    /// <summary>Where it listens.</summary>
    public int Port => _broker.Address.Port;

    /// <summary>Listens, with the registry as the cloud has it.</summary>
    public static async Task<HostileBroker> StartAsync(AttackScene scene, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        string file = HostileCloud.NewFile(scene);
        CloudDatabase.Copy(scene, true, file);
        HostileBroker broker = new(scene.Steal(true, DemoFleets.Cloud), SqliteLogStore.Open(file));
        await broker._broker.StartAsync().ConfigureAwait(false);
        return broker;
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync().ConfigureAwait(false);
        await _registry.DisposeAsync().ConfigureAwait(false);
        _tls.Dispose();
        _identity.Dispose();
    }

    private async ValueTask TakeAsync(PeerIdentity gateway, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        FollowMessage? answer = FollowMessage.FromUntrusted(payload) switch
        {
            Append append => Acknowledge(append),
            HeadRequest request => _last is { } head ? Held(head) : new Held(request.Log, 0, null, []),
            EntriesRequest request => await Appends.NextAsync(_registry, request.Log, request.From, request.To, null, stop).ConfigureAwait(false),
            _ => null,
        };
        if (answer is not null)
        {
            await _broker.SendAsync(gateway.Name, answer.ToArray(), stop).ConfigureAwait(false);
        }
    }

    private Held Acknowledge(Append append)
    {
        _last = append.Head;
        return Held(append.Head);
    }

    private Held Held(Head head) => new(
        head.Claims.Log,
        head.Claims.Size,
        head,
        [Countersignature.Sign(_identity.Signing, head, (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), head.Claims.RegistrySize, 0)]);
}
