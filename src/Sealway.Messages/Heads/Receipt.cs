namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// An RFC 9942 receipt: a head without its root, the countersignatures on it, and inclusion proofs that lead to that
/// root. Several entries share one receipt.
/// </summary>
public sealed class Receipt
{
    private Receipt(ReadOnlyMemory<byte> headProtected, HeadClaims claims, IReadOnlyList<Countersignature> countersignatures, IReadOnlyList<InclusionProof> proofs, ReadOnlyMemory<byte> signature)
    {
        Protected = headProtected;
        Claims = claims;
        Countersignatures = countersignatures;
        Proofs = proofs;
        Signature = signature;
    }

    /// <summary>The head's protected header, as signed.</summary>
    public ReadOnlyMemory<byte> Protected { get; }

    /// <summary>What it says.</summary>
    public HeadClaims Claims { get; }

    /// <summary>The countersignatures on the head, possibly none.</summary>
    public IReadOnlyList<Countersignature> Countersignatures { get; }

    /// <summary>At least one proof; each of the head's size.</summary>
    public IReadOnlyList<InclusionProof> Proofs { get; }

    /// <summary>The head's signature, 64 bytes.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Makes a receipt from a head, its countersignatures and proofs of its size (at least 2).</summary>
    public static Receipt Create(Head head, IReadOnlyList<Countersignature> countersignatures, IReadOnlyList<InclusionProof> proofs)
    {
        if (proofs.Count is 0 or > Limits.ReceiptProofs || countersignatures.Count > Limits.Countersignatures)
        {
            throw new MessageException(Refusal.WrongCount, "receipt");
        }

        if (proofs.Any(proof => proof.Size != head.Claims.Size))
        {
            throw new MessageException(Refusal.WrongSize, "receipt: a proof of another size than the head's");
        }

        return new Receipt(head.Protected, head.Claims, countersignatures, proofs, head.Signature);
    }

    /// <summary>Reads a receipt from outside. Neither signatures nor proofs are verified yet.</summary>
    public static Receipt FromUntrusted(ReadOnlyMemory<byte> bytes) => WireReader.Read(bytes, Limits.ReceiptBytes, "receipt", reader =>
    {
        reader.Tag(CoseLabels.Sign1Tag);
        reader.Array(4);
        ReadOnlyMemory<byte> header = reader.Bytes(1, Limits.HeadBytes);
        int labels = reader.Map(1, 2);
        IReadOnlyList<Countersignature> countersignatures = [];
        if (labels == 2)
        {
            reader.Key(CoseLabels.CountersignatureV2);
            countersignatures = Countersignature.ReadList(reader, least: 1);
        }

        reader.Key(CoseLabels.VerifiableDataProofs);
        reader.Map(1, 1);
        reader.Key(CoseLabels.InclusionProofs);
        InclusionProof[] proofs = new InclusionProof[reader.Array(1, Limits.ReceiptProofs)];
        HeadClaims claims = HeadClaims.FromProtected(header);
        for (int i = 0; i < proofs.Length; i++)
        {
            proofs[i] = InclusionProof.Read(reader);
            if (proofs[i].Size != claims.Size)
            {
                throw reader.Wrong(Refusal.WrongSize);
            }
        }

        reader.EndArray();
        reader.EndMap();
        reader.EndMap();
        reader.Nil();
        ReadOnlyMemory<byte> signature = reader.Bytes(SigningKey.SignatureSize);
        reader.EndArray();
        return new Receipt(header, claims, countersignatures, proofs, signature);
    });

    /// <summary>The receipt's bytes.</summary>
    public byte[] ToArray() => WireWriter.Write(cbor =>
    {
        cbor.WriteTag((CborTag)CoseLabels.Sign1Tag);
        cbor.WriteStartArray(4);
        cbor.WriteByteString(Protected.Span);
        cbor.WriteStartMap(Countersignatures.Count > 0 ? 2 : 1);
        if (Countersignatures.Count > 0)
        {
            cbor.WriteInt32(CoseLabels.CountersignatureV2);
            Countersignature.WriteList(cbor, Countersignatures);
        }

        cbor.WriteInt32(CoseLabels.VerifiableDataProofs);
        cbor.WriteStartMap(1);
        cbor.WriteInt32(CoseLabels.InclusionProofs);
        cbor.WriteStartArray(Proofs.Count);
        foreach (InclusionProof proof in Proofs)
        {
            cbor.WriteByteString(proof.ToArray());
        }

        cbor.WriteEndArray();
        cbor.WriteEndMap();
        cbor.WriteEndMap();
        cbor.WriteNull();
        cbor.WriteByteString(Signature.Span);
        cbor.WriteEndArray();
    });

    /// <summary>Verifies the head's signature over a root that the proofs led to.</summary>
    public void Verify(PublicKey key, ReadOnlySpan<byte> root)
    {
        if (key.Kid != Claims.Kid)
        {
            throw new MessageException(Refusal.UnknownKey, "receipt");
        }

        key.Verify(ToBeSigned.Sign1(Protected.Span, [], root), Signature.Span, "receipt");
    }

    /// <summary>Verifies one of the countersignatures over a root that the proofs led to.</summary>
    public void Verify(Countersignature countersignature, PublicKey key, ReadOnlySpan<byte> root) =>
        countersignature.Verify(key, Protected.Span, root, Signature.Span);
}
