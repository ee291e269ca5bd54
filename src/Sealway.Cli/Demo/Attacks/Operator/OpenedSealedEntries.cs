namespace Sealway.Cli.Demo.Attacks;

using System.Collections.Concurrent;
using System.Globalization;
using Sealway.App;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The operator tries every key that the cloud has on every sealed entry of the home, and on every command slot that it was given to relay. Sizes and times say nothing either.</summary>
/// <param name="target">Not needed: the home has a log of its own.</param>
/// <param name="relayed">Command slots that a hostile cloud was given.</param>
internal sealed class OpenedSealedEntries(OperatorTarget target, ConcurrentQueue<CommandSlot> relayed) : OperatorAttack(target)
{
    private const ulong TickMilliseconds = 2_000;

    private static readonly bool[] _bothFleets = [true, false];

    public override string Name => "sealed entries opened with the cloud's keys";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        string file = HostileCloud.NewFile(scene);
        CloudDatabase.Copy(scene, false, file);
        LogId log = AppFile.Load(scene.Folders.Keys(false, "app-anna")).Log;
        List<Entry> entries = [];
        SqliteLogStore store = SqliteLogStore.Open(file);
        await using (store.ConfigureAwait(false))
        {
            await foreach ((ulong _, ReadOnlyMemory<byte> bytes) in DemoBytes.Entries(store, log, stop).ConfigureAwait(false))
            {
                if (Entry.FromUntrusted(bytes) is { Kind: EntryKind.Epoch or EntryKind.Grant or EntryKind.Sealed } entry)
                {
                    entries.Add(entry);
                }
            }
        }

        long begin = TimeProvider.System.GetTimestamp();
        int opened = 0;
        int tried = 0;
        int keys = 0;
        foreach (string key in _bothFleets.SelectMany(hospital => Directory.EnumerateFiles(scene.Folders.Keys(hospital, DemoFleets.Cloud), "*.key")))
        {
            using AgreementKey stolen = AgreementKey.FromPem(await File.ReadAllTextAsync(key, stop).ConfigureAwait(false));
            using SlotOpener opener = new(log, stolen);
            keys++;
            tried += entries.Count + relayed.Count;
            opened += entries.Count(entry => opener.TryTake(entry.Bytes, out _) is not null);
            opened += relayed.Count(slot => Opens(log, slot, stolen));
        }

        Entry[] slots = [.. entries.Where(entry => entry.Kind == EntryKind.Sealed)];
        int sizes = slots.Select(slot => slot.Bytes.Length).Distinct().Count();
        int ticks = slots.Zip(slots.Skip(1)).Count(pair => (pair.Second.At - pair.First.At) % TickMilliseconds != 0);
        return tried > 0 && opened == 0 && sizes == 1 && ticks == 0
            ? new Noticed(tried, tried, "the ciphertext", string.Create(CultureInfo.InvariantCulture, $"{tried} of {tried} do not open ({entries.Count} entries, {relayed.Count} command slots, {keys} keys); slots of one size, at whole ticks"), TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds)
            : throw new Unnoticed(tried, tried - opened, string.Create(CultureInfo.InvariantCulture, $"{opened} of {tried} open; {sizes} sizes of slots; {ticks} of {slots.Length} beside the tick"));
    }

    private static bool Opens(LogId log, CommandSlot slot, AgreementKey stolen)
    {
        try
        {
            _ = SealedCommand.Open(log, stolen, slot.Slot);
            return true;
        }
        catch (MessageException)
        {
            return false;
        }
    }
}
