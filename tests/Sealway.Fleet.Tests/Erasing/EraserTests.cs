namespace Sealway.Fleet.Tests.Erasing;

using Sealway.Log;
using Sealway.Fleet.Tests.Registering;

public sealed class EraserTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Paper _paper = new Paper().Ward();
    private readonly List<(LogId Log, ulong Count)> _done = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_order_is_carried_out_once_and_what_is_not_held_is_left_out()
    {
        await using FaultyStore store = new(SqliteLogStore.Open(_folder.File("log.db")));
        using Eraser eraser = Of(store);
        await store.Append(Sample.Log, 0, Sample.Leaves(0, 50), null, null, Ct);
        Assert.Equal(0ul, await eraser.EraseAsync(Ct));
        Order(Sample.Log, 5, 7);
        Order(Sample.Log, 7, 7);
        Order(Sample.Log, 48, 60);
        Order(Sample.Log with { Generation = 1 }, 0, 3);
        Assert.Equal(5ul, await eraser.EraseAsync(Ct));
        Assert.Equal([(Sample.Log, 5ul)], _done);
        int writes = store.Writes;
        Assert.Equal(0ul, await eraser.EraseAsync(Ct));
        Assert.Equal(writes, store.Writes);
        int[] expected = [5, 6, 7, 48, 49];
        Assert.Equal(expected, await Erased(store));

        // What comes later without the follower is found at the next look.
        await store.Append(Sample.Log, 50, Sample.Leaves(50, 70), null, null, Ct);
        Assert.Equal(11ul, await eraser.EraseAsync(Ct));
        await Sample.RequireSound(store, Sample.Log, Ct);
    }

    [Theory]
    [InlineData(Fault.NotStored)]
    [InlineData(Fault.StoredButReportedFailed)]
    public async Task A_write_that_fails_is_done_again(Fault fault)
    {
        for (int failing = 0; failing < 3; failing++)
        {
            await using FaultyStore store = new(SqliteLogStore.Open(_folder.File($"{fault}-{failing}.db")));
            await store.Append(Sample.Log, 0, Sample.Leaves(0, 50), null, null, Ct);
            if (failing == 0)
            {
                Order(Sample.Log, 1, 1);
                Order(Sample.Log, 20, 22);
                Order(Sample.Log, 40, 40);
            }

            TaskCompletionSource<IOException> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            ManualTime time = new();
            using Eraser eraser = new(store, () => _paper.View, time, (_, _) => done.TrySetResult(), trouble => failed.TrySetResult(trouble));
            store.FailWrite(failing, fault);
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            Task running = eraser.RunAsync(stop.Token);
            eraser.Wake();
            await failed.Task.WaitAsync(TimeSpan.FromSeconds(60), Ct);
            while (!done.Task.IsCompleted && (await Erased(store)).Length < 5)
            {
                time.Advance(Eraser.RetryAfter);
                await Task.Yield();
            }

            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            int[] expected = [1, 20, 21, 22, 40];
            Assert.Equal(expected, await Erased(store));
        }
    }

    private Eraser Of(FaultyStore store) => new(store, () => _paper.View, TimeProvider.System, (log, count) => _done.Add((log, count)), _ => { });

    private void Order(LogId log, ulong first, ulong last) => Assert.Null(_paper.State(_paper.Authority, new Erasure(log, first, last, "ordered")));

    private static async Task<int[]> Erased(FaultyStore store)
    {
        IReadOnlyList<LogEntry> entries = await store.Read(Sample.Log, 0, 100, int.MaxValue, Ct);
        return [.. Enumerable.Range(0, entries.Count).Where(i => entries[i].IsErased)];
    }
}
