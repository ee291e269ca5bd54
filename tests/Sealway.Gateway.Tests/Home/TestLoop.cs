namespace Sealway.Gateway.Tests.Home;

using Sealway.Fleet;
using Sealway.Gateway.Tests.Sealing;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;

/// <summary>The least core there is: a real store and a real log, one turn at a time, and a clock that is set by hand.</summary>
internal sealed class TestLoop : IGatewayCore, IWriterQueue, IWriterTurn, IAsyncDisposable
{
    private readonly SqliteLogStore _store;
    private readonly LogWriter _writer;
    private readonly ManualTime _time;

    private TestLoop(TestHome home, SealedRecorder recorder, SqliteLogStore store)
    {
        _store = store;
        _time = (ManualTime)home.Time;
        Registry = home.Authority;
        Recorder = recorder;
        Log = new LogId(TestHome.GatewayName, 0);
        _writer = new LogWriter(store, Log, home.Gateway.Signing, () => home.Authority.Current.Size, home.Time);
        _writer.Confirm();
    }

    public IWriterQueue Writer => this;

    public ILogStore Store => _store;

    public LogId Log { get; }

    public IRegistrySource Registry { get; }

    public TimeProvider Time => _time;

    public ulong Now => (ulong)_time.Now.ToUnixTimeMilliseconds();

    public IRecorder Recorder { get; }

    RegistryView IWriterTurn.Registry => Registry.Current;

    internal static async Task<TestLoop> StartAsync(TestHome home, SealedRecorder recorder)
    {
        TestLoop loop = new(home, recorder, SqliteLogStore.Open(home.File("log.db")));
        LogId log = loop.Log;
        if (await loop._store.State(log, Patience.Soon) is null)
        {
            await loop._writer.AppendAsync([Entry.Create(EntryKind.Event, loop.Now, new GenerationEvent("first start").ToArray())]);
        }

        recorder.Begin(log, loop.Now);
        await loop.TurnAsync();
        return loop;
    }

    public void State(GatewayEvent statement) => Recorder.Event(statement, Now);

    public async Task DoAsync(Action<IWriterTurn> action, CancellationToken cancellation = default)
    {
        action(this);
        await TurnAsync();
    }

    /// <summary>Lets time pass, so that what waits gets into a slot.</summary>
    internal async Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        await TurnAsync();
    }

    /// <summary>The newest head, as a member holds it.</summary>
    internal async Task<Head> HeadAsync() => (await _store.LatestHead(Log, Patience.Soon))!.Head;

    internal async Task<OpenedLog> OpenAsync(TestMember member) => OpenedLog.Of(Log, await EntriesAsync(), member.Agreement);

    internal async Task<IReadOnlyList<Entry>> EntriesAsync() =>
        [.. (await _store.Read(Log, 0, Merkle.MaxSize, int.MaxValue, Patience.Soon)).Select(entry => Entry.FromUntrusted(entry.Bytes))];

    public async ValueTask DisposeAsync()
    {
        _writer.Dispose();
        await _store.DisposeAsync();
    }

    private async Task TurnAsync()
    {
        for (Batch batch = Recorder.Take(Now); !batch.IsEmpty; batch = Recorder.Take(Now))
        {
            await _writer.AppendAsync(batch.Entries, batch.Notes);
        }
    }
}
