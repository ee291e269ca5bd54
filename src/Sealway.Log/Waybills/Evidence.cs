namespace Sealway.Log;

using System.Formats.Cbor;
using Sealway.Messages;

/// <summary>
/// Entries of one log and the receipt that proves them: <c>[receipt, [+ entry]]</c>. The receipt's proof i is for entry i, by rising index,
/// so that the same evidence has one encoding.
/// </summary>
public sealed class Evidence
{
    /// <summary>The largest evidence, in bytes: a receipt, and the entries of eight full appends.</summary>
    public const int MaxBytes = Limits.ReceiptBytes + (8 * Limits.AppendEntryBytes);

    private Evidence(Receipt receipt, IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        Receipt = receipt;
        Entries = entries;
    }

    /// <summary>The receipt: head, countersignatures, proofs.</summary>
    public Receipt Receipt { get; }

    /// <summary>The entries' bytes, at least one, by rising index.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Entries { get; }

    /// <summary>What the head says: which log, its size, when it was signed and by which key.</summary>
    public HeadClaims Claims => Receipt.Claims;

    /// <summary>Puts evidence together; nothing is verified yet.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="entries">The entries, one for each proof, in the proofs' order.</param>
    /// <returns>The evidence.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.WrongCount"/>, <see cref="Refusal.TooLong"/>, or <see cref="Refusal.NotDeterministic"/>: the proofs are not by rising index.</exception>
    public static Evidence Create(Receipt receipt, IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(entries);
        Require(entries.Count == receipt.Proofs.Count, Refusal.WrongCount);
        Require(entries.All(entry => entry.Length is > 0 and <= Limits.EntryBytes), Refusal.TooLong);
        for (int i = 1; i < receipt.Proofs.Count; i++)
        {
            Require(receipt.Proofs[i - 1].Index < receipt.Proofs[i].Index, Refusal.NotDeterministic);
        }

        return new Evidence(receipt, entries);
    }

    /// <summary>The index of an entry in its log.</summary>
    /// <param name="entry">Its place in <see cref="Entries"/>.</param>
    /// <returns>The index, from 0.</returns>
    public ulong IndexOf(int entry) => Receipt.Proofs[entry].Index;

    /// <summary>Verifies every proof, the head's signature over the root that they lead to, and every countersignature. What the registry says of the keys is judged elsewhere.</summary>
    /// <param name="keys">The key with a kid, or null. The head's and the countersignatures' keys are all needed.</param>
    /// <exception cref="MessageException"><see cref="Refusal.ProofFails"/>; <see cref="Refusal.UnknownKey"/>; <see cref="Refusal.BadSignature"/> or <see cref="Refusal.HighSignature"/>.</exception>
    public void Verify(Func<Kid, PublicKey?> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        byte[] root = Root();
        Receipt.Verify(Key(keys, Claims.Kid), root);
        foreach (Countersignature countersignature in Receipt.Countersignatures)
        {
            Receipt.Verify(countersignature, Key(keys, countersignature.Kid), root);
        }
    }

    /// <summary>The root to which all proofs lead.</summary>
    /// <returns>32 bytes.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.ProofFails"/>: a proof has not the shape of its index and size, or two lead to different roots.</exception>
    public byte[] Root()
    {
        byte[]? root = null;
        Span<byte> leaf = stackalloc byte[Merkle.HashLength];
        for (int i = 0; i < Entries.Count; i++)
        {
            InclusionProof proof = Receipt.Proofs[i];
            Merkle.LeafHash(Entries[i].Span, leaf);
            byte[]? led = Inclusion.Root(leaf, proof.Index, proof.Size, [.. proof.Path.Select(hash => hash.ToArray())]);
            if (led is null || (root is not null && !root.AsSpan().SequenceEqual(led)))
            {
                throw new MessageException(Refusal.ProofFails, "evidence");
            }

            root = led;
        }

        return root!;
    }

    internal static Evidence Read(CborReader cbor)
    {
        Require(cbor.ReadStartArray() == 2, Refusal.WrongCount);
        ReadOnlyMemory<byte> receiptBytes = cbor.ReadDefiniteLengthByteString();
        Receipt receipt = Receipt.FromUntrusted(receiptBytes);
        Require(cbor.ReadStartArray() == receipt.Proofs.Count, Refusal.WrongCount);
        ReadOnlyMemory<byte>[] entries = new ReadOnlyMemory<byte>[receipt.Proofs.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = cbor.ReadDefiniteLengthByteString();
        }

        cbor.ReadEndArray();
        cbor.ReadEndArray();
        return Create(receipt, entries);
    }

    internal void Write(CborWriter cbor)
    {
        cbor.WriteStartArray(2);
        cbor.WriteByteString(Receipt.ToArray());
        cbor.WriteStartArray(Entries.Count);
        foreach (ReadOnlyMemory<byte> entry in Entries)
        {
            cbor.WriteByteString(entry.Span);
        }

        cbor.WriteEndArray();
        cbor.WriteEndArray();
    }

    private static void Require(bool condition, Refusal reason)
    {
        if (!condition)
        {
            throw new MessageException(reason, "evidence");
        }
    }

    private static PublicKey Key(Func<Kid, PublicKey?> keys, Kid kid) => keys(kid) ?? throw new MessageException(Refusal.UnknownKey, "evidence");
}
