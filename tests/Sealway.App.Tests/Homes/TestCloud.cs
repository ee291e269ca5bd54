namespace Sealway.App.Tests.Homes;

using System.Collections.Concurrent;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The cloud's side over real HTTPS: keeps registry and logs, answers apps by the rules, and can be made to lie.</summary>
public sealed class TestCloud : IAsyncDisposable
{
    private readonly SqliteLogStore _store;
    private readonly RegistryFollower _registry;
    private readonly Follower _logs;
    private readonly TlsIdentity _tls;
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FollowServer? _server;

    private TestCloud(SqliteLogStore store, RegistryFollower registry, Identity identity)
    {
        _store = store;
        _registry = registry;
        _tls = TlsIdentity.From(new(identity.Certificate), [new(identity.Ca)]);
        FollowerKeys keys = new((log, kid) => registry.Current.WriterOf(log, kid), kid => registry.Current.WitnessOf(kid));
        _logs = new Follower(store, keys, identity.Signing, () => registry.Current.Size, TimeProvider.System);
    }

    public SqliteLogStore Store => _store;

    public HostPort Address => _server!.Address;

    /// <summary>What came, in order: who, how many bytes, and the message beside the command slot.</summary>
    public ConcurrentQueue<(string Peer, int Bytes, FollowMessage Message)> Requests { get; } = new();

    /// <summary>Command slots, in order.</summary>
    public ConcurrentQueue<CommandSlot> Slots { get; } = new();

    /// <summary>Takes a command slot to the gateway.</summary>
    public Func<CommandSlot, Task> Relay { get; set; } = _ => Task.CompletedTask;

    /// <summary>How it lies.</summary>
    public Func<FollowMessage, FollowMessage> Lie { get; set; } = answer => answer;

    public static async Task<TestCloud> StartAsync(Household home, CancellationToken ct)
    {
        SqliteLogStore store = SqliteLogStore.Open(home.File("cloud.db"));
        RegistryFollower registry = await RegistryFollower.OpenAsync(store, home.Authority.Registrar.Log, home.Authority.Pin, null, TimeProvider.System, ct);
        TestCloud cloud = new(store, registry, home.Cloud);
        TlsPolicy policy = new(cloud._tls, RegistryCheck.Of(new PeerCheck(() => registry.Current, TimeProvider.System, sources: [Role.Registrar]))) { Accepts = [Role.App] };
        cloud._server = new FollowServer(new FollowServerOptions { Address = new HostPort("127.0.0.1", 0), Policy = policy, Handler = cloud.AnswerAsync });
        await cloud.PublishAsync(home, ct);
        await cloud._server.StartAsync(ct);
        return cloud;
    }

    /// <summary>Takes the registry as it is now.</summary>
    public async Task PublishAsync(Household home, CancellationToken ct)
    {
        while (await home.Authority.Registrar.Writer.NextAppendAsync(_registry.Current.Size, ct) is { Entries.Count: > 0 } append)
        {
            Followed followed = await _registry.AcceptAsync(append, ct);
            Xunit.Assert.Equal(Refusal.None, followed.Refused);
        }

        Grow();
    }

    public async Task AcceptAsync(Append append, CancellationToken ct)
    {
        Followed followed = await _logs.AcceptAsync(append, allowBlanks: false, ct);
        Xunit.Assert.Equal(Refusal.None, followed.Refused);
        Grow();
    }

    public void Recheck() => _server!.Recheck();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _logs.Dispose();
        _registry.Dispose();
        await _store.DisposeAsync();
        _tls.Dispose();
    }

    private void Grow() => Interlocked.Exchange(ref _grown, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private async ValueTask<FollowAnswer> AnswerAsync(PeerIdentity peer, ReadOnlyMemory<byte> body, TimeSpan wait, CancellationToken ct)
    {
        IReadOnlyList<FollowMessage> messages = FollowMessage.ReadSequence(body);
        if (messages is not [CommandSlot slot, EntriesRequest or Append { Entries.Count: 0 }])
        {
            return FollowAnswer.Refuse(LinkRefusal.BadRequest, "an app sends one command slot and one message");
        }

        Requests.Enqueue((peer.Name, body.Length, messages[1]));
        Slots.Enqueue(slot);
        await Relay(slot);
        FollowMessage answer = messages[1] is EntriesRequest request ? await EntriesAsync(request, wait, ct) : (await _logs.AcceptAsync((Append)messages[1], false, ct)).Answer;
        return FollowAnswer.Bytes(Lie(answer).ToArray());
    }

    private async Task<FollowMessage> EntriesAsync(EntriesRequest request, TimeSpan wait, CancellationToken ct)
    {
        Task grown = _grown.Task;
        Append? append = await Appends.NextAsync(_store, request.Log, request.From, request.To, null, ct);
        LogId latest = (await _store.Logs(ct)).Where(log => log.Name == request.Log.Name).DefaultIfEmpty(request.Log).Max();
        if (append is not { Entries.Count: > 0 } && latest > request.Log)
        {
            return await _logs.HeldAsync(latest, ct);
        }

        if (append is not { Entries.Count: > 0 } && wait > TimeSpan.Zero)
        {
            await Task.WhenAny(grown, Task.Delay(wait, ct));
            append = await Appends.NextAsync(_store, request.Log, request.From, request.To, null, ct);
        }

        return append ?? (FollowMessage)await _logs.HeldAsync(request.Log, ct);
    }
}
