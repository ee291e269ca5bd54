namespace Sealway.App.Tests.Homes;

using Sealway.Messages;

/// <summary>Writes the entries of a sealed log as a gateway does, one after the other; where they go is for others.</summary>
public sealed class SealedPen(LogId log, ulong at) : IDisposable
{
    public const int SlotBytes = 2_048;

    private readonly List<EpochKey> _keys = [];
    private Sealer? _sealer;
    private EpochKey? _key;
    private bool _begun;

    public LogId Log => log;

    public ulong At { get; set; } = at;

    public EpochKey Key => _key!;

    public Entry Generation(PreviousGeneration? previous = null) => Event(new GenerationEvent("test", previous));

    public Entry Event(GatewayEvent statement) => Entry.Create(EntryKind.Event, At, statement.ToArray());

    /// <summary>A new epoch for the members.</summary>
    public Entry Epoch(ulong registrySize, params IEnumerable<AgreementKey> members) => EpochOf(registrySize, members.Select(member => member.PublicKey));

    public Entry EpochOf(ulong registrySize, IEnumerable<PublicKey> members)
    {
        _sealer?.Dispose();
        EpochKey key = EpochKey.Generate();
        byte[] bytes = key.Export();
        _key = EpochKey.From(key.Id, bytes);
        _keys.Add(_key);
        _sealer = new Sealer(log, key);
        _begun = false;
        return Entry.Create(EntryKind.Epoch, At, Messages.Epoch.Create(log, key, registrySize, [.. members]));
    }

    /// <summary>A slot; the epoch's first carries the hash of its key.</summary>
    public Entry Slot(params object[] items)
    {
        SlotBuilder slot = new(SlotBytes);
        IEnumerable<object> all = _begun ? items : items.Prepend(new EpochBeganEvent(_key!.Hash()));
        _begun = true;
        foreach (object item in all)
        {
            bool fits = item switch
            {
                Reading reading => slot.TryAdd(reading, 5),
                (Reading reading, ulong before) => slot.TryAdd(reading, before),
                GatewayEvent statement => slot.TryAdd(statement, 0),
                Rollup rollup => slot.TryAdd(rollup, 0),
                _ => throw new ArgumentException("no item", nameof(items)),
            };
            if (!fits)
            {
                throw new ArgumentException("the slot is full", nameof(items));
            }
        }

        At += 1_000;
        return Entry.Create(EntryKind.Sealed, At, _sealer!.Seal(slot.Plaintext));
    }

    public Entry Grant(ReadOnlyMemory<byte> body) => Entry.Create(EntryKind.Grant, At, body);

    public void Dispose()
    {
        _sealer?.Dispose();
        _keys.ForEach(key => key.Dispose());
    }
}
