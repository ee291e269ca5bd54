namespace Sealway.App.Tests.Homes;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>A home's gateway without sensors or heating: writes its own log and gives it to the cloud.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    private readonly Household _home;
    private readonly TestCloud _cloud;
    private readonly SqliteLogStore _store;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private LogWriter _writer;

    private TestGateway(Household home, TestCloud cloud)
    {
        _home = home;
        _cloud = cloud;
        _store = SqliteLogStore.Open(home.File("gateway.db"));
        Pen = new SealedPen(home.Log, Household.Now);
        _writer = Writer(home.Log);
    }

    public SealedPen Pen { get; private set; }

    public static async Task<TestGateway> StartAsync(Household home, TestCloud cloud, CancellationToken ct, params AgreementKey[] members)
    {
        TestGateway gateway = new(home, cloud);
        await gateway.LogAsync(ct, gateway.Pen.Generation());
        await gateway.EpochAsync(ct, members);
        return gateway;
    }

    public Task EpochAsync(CancellationToken ct, params AgreementKey[] members) => LogAsync(() => [Pen.Epoch(_home.Registry.Size, members)], ct);

    public Task SlotAsync(CancellationToken ct, params object[] items) => LogAsync(() => [Pen.Slot(items)], ct);

    public Task LogAsync(CancellationToken ct, params Entry[] entries) => LogAsync(() => entries, ct);

    // Steps are spent in the order in which their slots are logged.
    private async Task LogAsync(Func<Entry[]> make, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            Appended appended = await _writer.AppendAsync(make(), null, ct);
            Append append = (await _writer.NextAppendAsync(appended.From, ct))!;
            await _cloud.AcceptAsync(append, ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Begins the next generation.</summary>
    public async Task RestartAsync(ulong knownSize, byte[] root, CancellationToken ct, params AgreementKey[] members)
    {
        LogId before = Pen.Log;
        ulong at = Pen.At;
        Pen.Dispose();
        Pen = new SealedPen(before.Next, at);
        _writer.Dispose();
        _writer = Writer(before.Next);
        await LogAsync(ct, Pen.Generation(new PreviousGeneration(before, knownSize, root)));
        await EpochAsync(ct, members);
    }

    /// <summary>Opens a command slot; null: it is empty or for nobody.</summary>
    public Command? Open(CommandSlot slot)
    {
        try
        {
            Command? command = SealedCommand.Open(Pen.Log, _home.Gateway.Agreement!, slot.Slot);
            command?.Verify(_home.Registry.Find(command.Signer)!.Key);
            return command;
        }
        catch (MessageException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Pen.Dispose();
        _writer.Dispose();
        _turn.Dispose();
        await _store.DisposeAsync();
    }

    private LogWriter Writer(LogId log)
    {
        LogWriter writer = new(_store, log, _home.Gateway.Signing, () => _home.Registry.Size, TimeProvider.System);
        writer.Confirm();
        return writer;
    }
}
