namespace Sealway.Log.Tests;

/// <summary>A store in a file of its own, a clock and a writer of <see cref="Sample.Log"/>, for tests of what stands on the store.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal Clock Clock { get; } = new();

    protected FaultyStore Store { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        Store = OpenAnother("log.db");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected FaultyStore OpenAnother(string name) => new(SqliteLogStore.Open(_folder.File(name)));

    protected LogWriter Writer(ILogStore? store = null, bool confirmed = true)
    {
        LogWriter writer = new(store ?? Store, Sample.Log, Sample.Key, () => 7, Clock);
        if (confirmed)
        {
            writer.Confirm();
        }

        return writer;
    }

    /// <summary>Appends entries that say their index, in appends of a size.</summary>
    protected static async Task Fill(LogWriter writer, int count, int each = 10, int bytes = 20)
    {
        for (int left = count; left > 0; left -= each)
        {
            await writer.AppendAsync(
                place => [.. Enumerable.Range(0, Math.Min(left, each)).Select(i => Entry.Create(EntryKind.Event, place.At, Body(place.Index + (ulong)i, bytes)))], null, Ct);
        }
    }

    protected static byte[] Body(ulong index, int bytes = 20)
    {
        byte[] body = new byte[bytes];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(body, index);
        return body;
    }
}
