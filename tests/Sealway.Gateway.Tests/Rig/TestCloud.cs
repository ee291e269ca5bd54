namespace Sealway.Gateway.Tests;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>A small cloud: the real broker, the real follower, a real store; it answers as the protocol says and nothing more.</summary>
internal sealed class TestCloud : IAsyncDisposable
{
    private readonly TestFleet _fleet;
    private readonly SqliteLogStore _store;
    private readonly Follower _follower;
    private readonly Broker _broker;
    private readonly Lock _lock = new();
    private readonly List<(Func<Task<bool>> Condition, TaskCompletionSource Done)> _waiting = [];

    private TestCloud(TestFleet fleet, string folder, HostPort address)
    {
        _fleet = fleet;
        Directory.CreateDirectory(folder);
        _store = SqliteLogStore.Open(Path.Combine(folder, "cloud.db"));
        _follower = new Follower(
            _store, new FollowerKeys((log, kid) => View.WriterOf(log, kid), kid => View.WitnessOf(kid)), fleet.Cloud.Signing, () => View.Size, fleet.Time);
        _broker = new Broker(new BrokerOptions
        {
            Address = address,
            Policy = new TlsPolicy(TlsIdentity.From(new(fleet.Cloud.Certificate), [new(fleet.Cloud.Ca)]), _ => null, fleet.Time) { Accepts = [Role.Gateway] },
            Message = MessageAsync,
            Logger = new TestLoggers("cloud"),
        });
    }

    internal HostPort Address => _broker.Address;

    internal ILogStore Store => _store;

    /// <summary>Whether appends are answered; if not they are not stored either.</summary>
    internal bool Listens { get; set; } = true;

    /// <summary>Whether what was stored is acknowledged.</summary>
    internal bool Acknowledges { get; set; } = true;

    /// <summary>Whether it says where it is when asked.</summary>
    internal bool Answers { get; set; } = true;

    /// <summary>Appends that were sent to it, with how many entries.</summary>
    internal List<(LogId Log, ulong From, int Entries)> Appends { get; } = [];

    /// <summary>Every head that was sent to it, by log and size.</summary>
    internal Dictionary<(LogId Log, ulong Size), HashSet<string>> Roots { get; } = [];

    /// <summary>If set, takes the place of the answer to head requests.</summary>
    internal Func<Held, Held>? Shows { get; set; }

    private RegistryView View => _fleet.Authority.Registry;

    internal static async Task<TestCloud> StartAsync(TestFleet fleet, string? folder = null, HostPort? address = null)
    {
        TestCloud cloud = new(fleet, folder ?? fleet.Folder("cloud-data"), address ?? HostPort.Parse("127.0.0.1:0"));
        await cloud._broker.StartAsync();
        return cloud;
    }

    internal static LogId Log(ulong generation = 0) => new(TestFleet.GatewayName, generation);

    internal async Task<ulong> SizeAsync(ulong generation = 0) => (await _store.State(Log(generation), default))?.Size ?? 0;

    internal Task HoldsAsync(ulong size, ulong generation = 0) => UntilAsync(async () => await SizeAsync(generation) >= size);

    internal Task HoldsReadingsAsync(int count, ulong generation = 0) => UntilAsync(async () => (await ReadingsAsync(generation)).Count >= count);

    /// <summary>Waits until it holds all that a gateway has.</summary>
    internal Task HoldsAllAsync(TestGateway gateway) => UntilAsync(async () => await SizeAsync() == (ulong)gateway.Health["size"]);

    internal async Task<SignedHead> HeadAsync() => (await _store.LatestHead(Log(), default))!;

    /// <summary>Waits until something holds; looked at after each message that was handled.</summary>
    internal async Task UntilAsync(Func<Task<bool>> condition)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((condition, done));
        }

        await LookAsync();

        await done.Task.WaitAsync(Patience.Time);
    }

    internal async Task<IReadOnlyList<Judged>> JudgedAsync(ulong generation = 0)
    {
        LogHistory history = LogHistory.Beginning;
        List<Judged> all = [];
        foreach (LogEntry entry in await _store.Read(Log(generation), 0, ulong.MaxValue >> 12, int.MaxValue, default))
        {
            Judged judged = Judge.JudgeEntry(Log(generation), (ulong)all.Count, entry.Bytes, history, View);
            history = entry.IsBlank ? history.AfterBlank() : history.After(judged);
            all.Add(judged);
        }

        return all;
    }

    internal async Task<IReadOnlyList<Reading>> ReadingsAsync(ulong generation = 0) =>
        [.. (await JudgedAsync(generation)).Select(one => one.Reading).OfType<Reading>()];

    internal async Task<IReadOnlyList<T>> EventsAsync<T>(ulong generation = 0)
        where T : GatewayEvent => [.. (await JudgedAsync(generation)).Select(one => one.Event).OfType<T>()];

    /// <summary>Tells the gateway that the registry has grown.</summary>
    internal Task NewsAsync() => _broker.SendAsync(TestFleet.GatewayName, new News(View.Log, View.Size).ToArray()).AsTask();

    /// <summary>Says again what was held at an earlier size, as for a countersignature that came late.</summary>
    internal async Task<Held> EarlierAsync(ulong size)
    {
        SignedHead head = (await _store.HeadAtOrBefore(Log(), size, null, default))!;
        Held held = new(Log(), head.Size, head.Head, head.Countersignatures);
        await AnswerAsync(held);
        return held;
    }

    /// <summary>Relays a command slot; what is in it is for the gateway to find out.</summary>
    internal Task CommandAsync() => AnswerAsync(new CommandSlot(Log(), new byte[Limits.CommandSlotBytes]));

    /// <summary>Says that it holds something, true or not.</summary>
    internal Task SayAsync(Held held) => AnswerAsync(held);

    /// <summary>The archive has countersigned what is held: the cloud stores it and tells the gateway.</summary>
    internal async Task ArchivedAsync()
    {
        SignedHead head = (await _store.LatestHead(Log(), default))!;
        Countersignature countersignature = Countersignature.Sign(_fleet.Archive.Signing, head.Head, head.Head.Claims.Seconds, View.Size, 0);
        await _store.PutHead(Log(), head with { Countersignatures = [countersignature] }, default);
        await AnswerAsync(await _follower.HeldAsync(Log()));
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _follower.Dispose();
        await _store.DisposeAsync();
    }

    private async ValueTask MessageAsync(PeerIdentity gateway, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        FollowMessage message = FollowMessage.FromUntrusted(payload);
        switch (message)
        {
            case Append append when append.Log.Name == gateway.Name && Listens:
                lock (_lock)
                {
                    Appends.Add((append.Log, append.From, append.Entries.Count));
                    (LogId, ulong) at = (append.Log, append.Head.Claims.Size);
                    Roots[at] = [.. Roots.GetValueOrDefault(at) ?? [], Convert.ToHexString(append.Head.Root.Span)];
                }

                Followed followed = await _follower.AcceptAsync(append, allowBlanks: false, cancellation);
                if (Acknowledges)
                {
                    await AnswerAsync(followed.Answer);
                }

                break;

            case HeadRequest request when request.Log.Name == gateway.Name && Answers:
                LogId latest = (await _store.Logs(cancellation)).Where(log => log.Name == gateway.Name).Append(request.Log).Max();
                Held held = await _follower.HeldAsync(latest, cancellation);
                await AnswerAsync(Shows?.Invoke(held) ?? held);
                break;

            case EntriesRequest request when request.Log == View.Log:
                if (await Sealway.Log.Appends.NextAsync(_fleet.Authority.Registrar.Store, request.Log, request.From, request.To, null, cancellation) is { } answer)
                {
                    await AnswerAsync(answer);
                }

                break;

            default:
                break;
        }

        await LookAsync();
    }

    private async Task LookAsync()
    {
        (Func<Task<bool>> Condition, TaskCompletionSource Done)[] waiting;
        lock (_lock)
        {
            waiting = [.. _waiting];
        }

        foreach ((Func<Task<bool>> condition, TaskCompletionSource done) in waiting)
        {
            if (await condition())
            {
                done.TrySetResult();
                lock (_lock)
                {
                    _waiting.RemoveAll(one => one.Done == done);
                }
            }
        }
    }

    private async Task AnswerAsync(FollowMessage answer) => await _broker.SendAsync(TestFleet.GatewayName, answer.ToArray());
}
