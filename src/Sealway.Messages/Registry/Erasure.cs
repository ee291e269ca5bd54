namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The authority orders entries of a gateway's log erased: whoever holds them keeps their leaf hashes alone, for good.</summary>
/// <param name="ErasedLog">Which log; never the registry's own.</param>
/// <param name="First">The index of the first entry.</param>
/// <param name="Last">The index of the last: the first itself, or at most <see cref="Limits.ErasedEntries"/> − 1 above it.</param>
/// <param name="Reason">Why, in words; at most <see cref="Limits.TextBytes"/> bytes.</param>
public sealed record Erasure(LogId ErasedLog, ulong First, ulong Last, string Reason) : StatementContent(EntryKind.Erase)
{
    internal static Erasure Read(WireReader reader, int fields)
    {
        reader.Key(1);
        LogId log = LogId.Read(reader);
        reader.Key(2);
        ulong first = reader.Number();
        reader.Key(3);
        string reason = reader.Text();
        if (fields <= 3)
        {
            return new Erasure(log, first, first, reason);
        }

        reader.Key(4);
        ulong last = reader.Number();

        // One entry has one encoding, without a last.
        return last > first && last - first < Limits.ErasedEntries
            ? new Erasure(log, first, last, reason)
            : throw reader.Wrong(Refusal.NumberOutOfRange);
    }

    private protected override void Write(CborWriter cbor)
    {
        if (First > Limits.LargestNumber || Last > Limits.LargestNumber || Last < First || Last - First >= Limits.ErasedEntries)
        {
            throw new MessageException(Refusal.NumberOutOfRange, "statement");
        }

        cbor.WriteStartMap(Last == First ? 3 : 4);
        cbor.WriteInt32(1);
        cbor.WriteTextString(ErasedLog.ToString());
        cbor.Field(2, First);
        cbor.Field(3, Reason);
        if (Last != First)
        {
            cbor.Field(4, Last);
        }

        cbor.WriteEndMap();
    }
}
