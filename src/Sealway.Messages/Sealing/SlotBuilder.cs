namespace Sealway.Messages;

/// <summary>
/// Fills one slot: a CBOR sequence (RFC 8742) of items, each followed by how long before the slot's time it arrived,
/// then zeros to the slot's fixed length. What does not fit waits for the next. Not safe for concurrent use.
/// </summary>
public sealed class SlotBuilder
{
    private readonly byte[] _slot;
    private int _used;

    /// <summary>A slot of a fixed length.</summary>
    /// <param name="length">Bytes of plaintext, 256 to 65,024.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another length.</exception>
    public SlotBuilder(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Limits.SmallestSlotBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Limits.LargestSlotBytes);
        _slot = new byte[length];
    }

    /// <summary>Bytes filled; the rest is padding.</summary>
    public int Used => _used;

    /// <summary>Adds a reading's bytes.</summary>
    /// <returns>False: it does not fit here any more.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.SlotOverflow"/>: it would not even fit an empty slot.</exception>
    public bool TryAdd(Reading reading, ulong beforeMilliseconds) => TryAdd(reading.Bytes.Span, beforeMilliseconds);

    /// <summary>Adds an event.</summary>
    public bool TryAdd(GatewayEvent statement, ulong beforeMilliseconds) => TryAdd(statement.ToArray(), beforeMilliseconds);

    /// <summary>Adds a rollup.</summary>
    public bool TryAdd(Rollup rollup, ulong beforeMilliseconds) => TryAdd(WireWriter.Write(rollup.Write), beforeMilliseconds);

    /// <summary>The plaintext, of the slot's length.</summary>
    public ReadOnlySpan<byte> Plaintext => _slot;

    /// <summary>Empties the slot, erasing what was in it.</summary>
    public void Clear()
    {
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(_slot);
        _used = 0;
    }

    private bool TryAdd(ReadOnlySpan<byte> item, ulong beforeMilliseconds)
    {
        byte[] before = WireWriter.Write(cbor => cbor.WriteUInt64(beforeMilliseconds));
        int length = item.Length + before.Length;
        if (length > _slot.Length)
        {
            throw new MessageException(Refusal.SlotOverflow, "slot");
        }

        if (length > _slot.Length - _used)
        {
            return false;
        }

        item.CopyTo(_slot.AsSpan(_used));
        before.CopyTo(_slot.AsSpan(_used + item.Length));
        _used += length;
        return true;
    }
}
