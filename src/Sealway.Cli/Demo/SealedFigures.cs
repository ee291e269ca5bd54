namespace Sealway.Cli.Demo;

using Sealway.App;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// What a home's sealed log holds, measured on the ciphertext that Anna's app keeps: once with Anna's key, and once
/// more with the keys that Ben still has, who was removed.
/// </summary>
/// <param name="SealedEntries">Slots.</param>
/// <param name="SealedSizes">The distinct sizes of their entries, in bytes.</param>
/// <param name="BytesPerReading">What a reading takes in a sealed log, padding apart: its bytes, its time, and its share of the entry.</param>
/// <param name="AddedPerReading">The same without the bare payload.</param>
/// <param name="ReadingsPerSlot">How many share an entry.</param>
/// <param name="OpenedByRemovedMemberBefore">Readings that Ben's keys open up to his removal.</param>
/// <param name="OpenedByRemovedMember">Readings that Ben's keys open after it.</param>
internal sealed record SealedFigures(
    long SealedEntries,
    IReadOnlyList<long> SealedSizes,
    double BytesPerReading,
    double AddedPerReading,
    double ReadingsPerSlot,
    long OpenedByRemovedMemberBefore,
    long OpenedByRemovedMember)
{
    public static async Task<SealedFigures> Measure(DemoFolders folders, CancellationToken stop)
    {
        string keys = folders.Keys(false, "app-anna");
        using Identity anna = Identity.Load(keys);
        using Identity ben = Identity.Load(folders.Keys(false, "app-ben"));
        LogId log = AppFile.Load(keys).Log;
        SqliteLogStore store = SqliteLogStore.Open(Path.Combine(folders.DataOf("app-anna"), "home.db"));
        await using (store.ConfigureAwait(false))
        {
            RegistryView registry = await Registry(store, anna, stop).ConfigureAwait(false);
            ulong? removed = registry.WithdrawalOf(ben.Kid)?.Index;
            using SlotOpener opener = new(log, anna.Agreement!);
            using SlotOpener tried = new(log, ben.Agreement!);
            Tally tally = new();
            bool after = false;
            await foreach ((ulong _, ReadOnlyMemory<byte> bytes) in DemoBytes.Entries(store, log, stop).ConfigureAwait(false))
            {
                Entry entry = Entry.FromUntrusted(bytes);
                after |= entry.Kind == EntryKind.Epoch && Epoch.FromUntrusted(entry.Body).RegistrySize > removed;
                tried.TryTake(bytes, out IReadOnlyList<SlotItem> stolen);
                tally.Removed(stolen.Count(item => item.Reading is not null), after);
                opener.TryTake(bytes, out IReadOnlyList<SlotItem> items);
                if (entry.Kind == EntryKind.Sealed)
                {
                    tally.Slot(entry, items);
                }
            }

            return tally.Figures();
        }
    }

    private static async Task<RegistryView> Registry(SqliteLogStore store, Identity anna, CancellationToken stop)
    {
        Registry registry = new(anna.Authority);
        await foreach ((ulong _, ReadOnlyMemory<byte> bytes) in DemoBytes.Entries(store, anna.RegistryLog, stop).ConfigureAwait(false))
        {
            registry.Apply(bytes);
        }

        return registry.Current;
    }

    private sealed class Tally
    {
        private readonly SortedSet<long> _sizes = [];
        private long _slots;
        private long _filled;
        private long _readings;
        private long _bytes;
        private long _payload;
        private long _before;
        private long _after;

        public void Slot(Entry entry, IReadOnlyList<SlotItem> items)
        {
            _slots++;
            _sizes.Add(entry.Bytes.Length);
            SlotItem[] readings = [.. items.Where(item => item.Reading is not null)];
            if (readings.Length == 0)
            {
                return;
            }

            _filled++;
            _readings += readings.Length;
            _payload += readings.Sum(item => item.Reading!.Signed.Payload.Length);

            // The entry around the slot, and of the slot what the readings take; events, rollups and padding are not theirs.
            _bytes += entry.Bytes.Length - SealedSlot.FromUntrusted(entry.Body).SlotBytes;
            _bytes += readings.Sum(item => item.Bytes.Length + TimeBytes(item.BeforeMilliseconds));
        }

        public void Removed(int opened, bool after)
        {
            if (after)
            {
                _after += opened;
            }
            else
            {
                _before += opened;
            }
        }

        public SealedFigures Figures() => new(
            _slots,
            [.. _sizes],
            _readings == 0 ? 0 : (double)_bytes / _readings,
            _readings == 0 ? 0 : (double)(_bytes - _payload) / _readings,
            _filled == 0 ? 0 : (double)_readings / _filled,
            _before,
            _after);

        // An unsigned integer in CBOR, RFC 8949 section 3.
        private static int TimeBytes(ulong value) => value < 24 ? 1 : value <= byte.MaxValue ? 2 : value <= ushort.MaxValue ? 3 : value <= uint.MaxValue ? 5 : 9;
    }
}
