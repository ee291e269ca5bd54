namespace Sealway.Cli.Demo.Attacks;

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Whoever has a gateway's keys: enrolled, connected to the true cloud, and signing whatever it likes. It keeps what it shows of its log
/// itself, so that it can show something else the next time.
/// </summary>
internal sealed class RogueGateway : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TlsIdentity _tls;
    private readonly TlsPolicy _policy;
    private readonly GatewayConnection _connection;
    private readonly HostPort _cloud;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<LogId, Held> _held = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    private RogueGateway(Identity keys, HostPort cloud, ulong registrySize)
    {
        Keys = keys;
        RegistrySize = registrySize;
        _cloud = cloud;
        _tls = TlsIdentity.From(new X509Certificate2(keys.Certificate), [new X509Certificate2(keys.Ca)]);
        _policy = new TlsPolicy(_tls, _ => null);
        _connection = new GatewayConnection(new GatewayConnectionOptions
        {
            Cloud = cloud,
            Policy = _policy,
            Message = ReceiveAsync,
            Connected = _ => _connected.TrySetResult(),
            Logger = NullLogger.Instance,
        });
    }

    /// <summary>The gateway's keys.</summary>
    public Identity Keys { get; }

    /// <summary>How much of the registry its heads and events claim to be in force: all of it.</summary>
    public ulong RegistrySize { get; }

    /// <summary>A new gateway of the hospital, enrolled as any other, turned bad; with a sensor of its own if one is named.</summary>
    public static async Task<RogueGateway> ConnectAsync(AttackScene scene, string name, string? sensor, CancellationToken stop)
    {
        await scene.EnrolAsync(Role.Gateway, name, stop).ConfigureAwait(false);
        if (sensor is not null)
        {
            await scene.EnrolSensorAsync(sensor, name, stop).ConfigureAwait(false);
        }

        await scene.RegistryAtAsync(scene.Archive, stop).ConfigureAwait(false);
        long size = (await scene.Archive.Health(stop).ConfigureAwait(false)).Count("registrySize");
        RogueGateway rogue = new(scene.Steal(true, name), HostPort.Parse(AttackScene.Local(scene.Ports.HospitalMqtt)), (ulong)size);
        rogue._running = rogue._connection.RunAsync(rogue._end.Token);
        await rogue._connected.Task.WaitAsync(Patience, stop).ConfigureAwait(false);
        return rogue;
    }

    /// <summary>Its log of a generation.</summary>
    public LogId Log(uint generation = 0) => new(Keys.Name, generation);

    /// <summary>Now, as an honest clock has it, in milliseconds since 1970.</summary>
    public static ulong Now => (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>An event's entry.</summary>
    public static byte[] Event(GatewayEvent statement, ulong at) => Entry.Create(EntryKind.Event, at, statement.ToArray()).Bytes.ToArray();

    /// <summary>A reading's entry.</summary>
    public static byte[] Reading(byte[] reading, ulong at) => Entry.Create(EntryKind.Reading, at, reading).Bytes.ToArray();

    /// <summary>How an honest generation begins: its statement, and how much of the registry is in force.</summary>
    public List<byte[]> Beginning(PreviousGeneration? previous = null, string reason = "first start", ulong? at = null) =>
    [
        Event(new GenerationEvent(reason, previous), at ?? Now),
        Event(new InForceEvent(RegistrySize), at ?? Now),
    ];

    /// <summary>A head over entries, signed with the gateway's key, whatever they are.</summary>
    public Head Sign(LogId log, IReadOnlyList<byte[]> entries) =>
        Head.Sign(Keys.Signing, new HeadClaims(Keys.Kid, log, Now / 1000, (ulong)entries.Count, RegistrySize), Root(entries));

    /// <summary>The root of the tree over entries.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> entries)
    {
        Frontier frontier = new();
        foreach (byte[] entry in entries)
        {
            frontier.Append(Merkle.LeafHash(entry));
        }

        return frontier.Root();
    }

    /// <summary>An append of a whole log from an index on, with its head.</summary>
    public Append Append(LogId log, IReadOnlyList<byte[]> entries, int from = 0) =>
        new(log, (ulong)from, [.. entries.Skip(from).Select(entry => AppendEntry.Full(entry))], Sign(log, entries), []);

    /// <summary>Sends bytes as they are.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> payload, CancellationToken stop) => _connection.SendAsync(payload, stop);

    /// <summary>Shows a log, and waits until the cloud says that it holds it.</summary>
    public async Task ShowAsync(LogId log, IReadOnlyList<byte[]> entries, CancellationToken stop, int from = 0)
    {
        await SendAsync(Append(log, entries, from).ToArray(), stop).ConfigureAwait(false);
        await HoldsAsync(log, (ulong)entries.Count, stop).ConfigureAwait(false);
    }

    /// <summary>Waits until the cloud says that it holds so much.</summary>
    public async Task HoldsAsync(LogId log, ulong size, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(Patience);
        while (!_held.TryGetValue(log, out Held? held) || held.Size < size)
        {
            await _news.WaitAsync(late.Token).ConfigureAwait(false);
        }
    }


    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _connection.Dispose();
        _tls.Dispose();
        Keys.Dispose();
        _end.Dispose();
        _news.Dispose();
    }

    private ValueTask ReceiveAsync(ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        if (FollowMessage.FromUntrusted(payload) is Held held)
        {
            _held[held.Log] = held;
            _news.Release();
        }

        return ValueTask.CompletedTask;
    }
}
