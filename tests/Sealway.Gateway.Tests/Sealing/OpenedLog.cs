namespace Sealway.Gateway.Tests.Sealing;

using Sealway.Messages;

/// <summary>What a member's key opens in some entries, epoch by epoch.</summary>
internal sealed class OpenedLog
{
    private OpenedLog(IReadOnlyList<OpenedSlot> slots) => Slots = slots;

    internal IReadOnlyList<OpenedSlot> Slots { get; }

    internal IEnumerable<SlotItem> Items => Slots.SelectMany(slot => slot.Items);

    internal IReadOnlyList<Reading> Readings => [.. Items.Select(item => item.Reading).OfType<Reading>()];

    internal IReadOnlyList<T> Events<T>()
        where T : GatewayEvent => [.. Items.Select(item => item.Event).OfType<T>()];

    internal static OpenedLog Of(LogId log, IEnumerable<Entry> entries, AgreementKey member)
    {
        Dictionary<EpochId, EpochKey> keys = [];
        List<OpenedSlot> slots = [];
        foreach (Entry entry in entries)
        {
            if (entry.Kind == EntryKind.Epoch)
            {
                try
                {
                    EpochKey key = Epoch.FromUntrusted(entry.Body).Open(log, member);
                    keys.Add(key.Id, key);
                }
                catch (MessageException e) when (e.Reason == Refusal.NotForUs)
                {
                }
            }
            else if (entry.Kind == EntryKind.Sealed)
            {
                SealedSlot slot = SealedSlot.FromUntrusted(entry.Body);
                if (keys.TryGetValue(slot.Epoch, out EpochKey? key))
                {
                    slots.Add(new OpenedSlot(entry.At, slot.Epoch, slot.Step, SlotItem.ReadSlot(slot.Open(log, key)), key.Hash()));
                }
            }
        }

        return new OpenedLog(slots);
    }
}
