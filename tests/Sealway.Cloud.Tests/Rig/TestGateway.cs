namespace Sealway.Cloud.Tests;

using System.Threading.Channels;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;

/// <summary>A gateway played by the test: a real log, a real MQTT connection.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly TlsIdentity _tls;
    private GatewayConnection? _connection;
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public TestGateway(Identity identity, string path, Func<ulong> registrySize, ulong generation = 0)
    {
        Identity = identity;
        Log = new LogId(identity.Name, generation);
        Store = SqliteLogStore.Open(path);
        Writer = new LogWriter(Store, Log, identity.Signing, registrySize, TimeProvider.System);
        Writer.Confirm();
        _tls = TlsIdentity.From(identity.Certificate, [identity.Ca]);
    }

    public Identity Identity { get; }

    public LogId Log { get; }

    public SqliteLogStore Store { get; }

    public LogWriter Writer { get; }

    public Channel<LinkException> Disconnected { get; } = Channel.CreateUnbounded<LinkException>();

    public Channel<FollowMessage> Received { get; private set; } = Channel.CreateUnbounded<FollowMessage>();

    /// <summary>Begins to connect.</summary>
    /// <returns>Completes when connected.</returns>
    public Task ConnectAsync(HostPort cloud)
    {
        TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _stop = new CancellationTokenSource();
        Received = Channel.CreateUnbounded<FollowMessage>();
        _connection = new GatewayConnection(new GatewayConnectionOptions
        {
            Cloud = cloud,
            CloudName = "cloud",
            Policy = new TlsPolicy(_tls, _ => null),
            Message = (payload, cancellation) => Received.Writer.WriteAsync(FollowMessage.FromUntrusted(payload), cancellation),
            Connected = _ => connected.TrySetResult(),
            Disconnected = cause => Disconnected.Writer.TryWrite(cause),
        });
        _running = _connection.RunAsync(_stop.Token);
        return Wait.Soon(connected.Task);
    }

    public async Task DisconnectAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _connection?.Dispose();
        _connection = null;
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }

    /// <summary>Logs the generation's statement, the start, and what is in force.</summary>
    public Task BeginAsync(ulong inForce, ulong at, PreviousGeneration? previous = null) => LogAsync(
        Event(at, new GenerationEvent("test", previous)), Event(at, new StartEvent("test")), Event(at, new InForceEvent(inForce)));

    public Task LogAsync(params Entry[] entries) => Writer.AppendAsync(entries);

    public Task SendAsync(FollowMessage message) => SendAsync(message.ToArray());

    public Task SendAsync(byte[] payload) => Wait.Soon(_connection!.SendAsync(payload));

    public async Task<T> NextAsync<T>(Func<T, bool>? fits = null)
        where T : FollowMessage
    {
        while (true)
        {
            if (await Wait.Soon(Received.Reader.ReadAsync()) is T message && fits?.Invoke(message) != false)
            {
                return message;
            }
        }
    }

    /// <summary>Sends one append, and takes the answer.</summary>
    public async Task<Held> AppendAsync(ulong from)
    {
        await SendAsync((await Writer.NextAppendAsync(from))!);
        return await NextAsync<Held>();
    }

    /// <summary>Logs entries, sends all that the cloud does not hold, and takes the answer.</summary>
    public async Task<Held> PushAsync(params Entry[] entries)
    {
        if (entries.Length > 0)
        {
            await LogAsync(entries);
        }

        await SendAsync(new HeadRequest(Log));
        Held held = await NextAsync<Held>();
        ulong size = (await Store.State(Log, default))!.Size;
        while (held.Size < size)
        {
            held = await AppendAsync(held.Size);
        }

        return held;
    }

    public static Entry Event(ulong at, GatewayEvent statement) => Entry.Create(EntryKind.Event, at, statement.ToArray());

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        Writer.Dispose();
        await Store.DisposeAsync();
        _stop.Dispose();
    }
}
