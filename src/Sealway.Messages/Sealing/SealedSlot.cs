namespace Sealway.Messages;

using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;

/// <summary>
/// The body of a sealed entry: a COSE_Encrypt0 (RFC 9052 section 5.2) with A256GCM under the step's key. The partial IV
/// is the step and the context IV twelve zero bytes, so the IV is ten zero bytes and the step; it need not be secret nor
/// random, since every key encrypts once.
/// </summary>
public sealed class SealedSlot
{
    private static readonly byte[] Protected = WireWriter.Write(cbor =>
    {
        cbor.WriteStartMap(1);
        cbor.Field(CoseLabels.Algorithm, (ulong)CoseLabels.A256Gcm);
        cbor.WriteEndMap();
    });

    private readonly ReadOnlyMemory<byte> _ciphertext;

    private SealedSlot(EpochId epoch, ushort step, ReadOnlyMemory<byte> ciphertext)
    {
        Epoch = epoch;
        Step = step;
        _ciphertext = ciphertext;
    }

    /// <summary>The epoch whose key opens it.</summary>
    public EpochId Epoch { get; }

    /// <summary>The step; rises within the epoch, gaps allowed.</summary>
    public ushort Step { get; }

    /// <summary>The slot's length, in bytes of plaintext.</summary>
    public int SlotBytes => _ciphertext.Length - Hpke.TagSize;

    /// <summary>Reads a sealed entry's body from outside.</summary>
    public static SealedSlot FromUntrusted(ReadOnlyMemory<byte> body) => WireReader.Read(body, Limits.EntryBytes, "sealed slot", reader =>
    {
        reader.Tag(CoseLabels.Encrypt0Tag);
        reader.Array(3);
        if (!reader.Bytes(1, 64).Span.SequenceEqual(Protected))
        {
            throw reader.Wrong(Refusal.WrongAlgorithm);
        }

        reader.Map(2, 2);
        reader.Key(CoseLabels.KeyId);
        EpochId epoch = EpochId.FromBytes(reader.Bytes(EpochId.Size).Span);
        reader.Key(CoseLabels.PartialIv);
        ushort step = BinaryPrimitives.ReadUInt16BigEndian(reader.Bytes(2).Span);
        reader.EndMap();
        ReadOnlyMemory<byte> ciphertext = reader.Ciphertext(Limits.SmallestSlotBytes + Hpke.TagSize, Limits.LargestSlotBytes + Hpke.TagSize);
        reader.EndArray();
        return new SealedSlot(epoch, step, ciphertext);
    });

    /// <summary>Opens the slot's plaintext.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownEpoch"/> with another epoch's key; <see cref="Refusal.SealBroken"/>.</exception>
    public byte[] Open(LogId log, EpochKey key)
    {
        if (key.Id != Epoch)
        {
            throw new MessageException(Refusal.UnknownEpoch, "sealed slot");
        }

        byte[] stepKey = key.StepKey(Step);
        byte[] plaintext = new byte[_ciphertext.Length - Hpke.TagSize];
        try
        {
            using AesGcm gcm = new(stepKey, Hpke.TagSize);
            ReadOnlySpan<byte> ciphertext = _ciphertext.Span;
            gcm.Decrypt(Iv(Step), ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], plaintext, Aad(log, Epoch));
            return plaintext;
        }
        catch (AuthenticationTagMismatchException inner)
        {
            throw new MessageException(Refusal.SealBroken, "sealed slot", inner);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stepKey);
        }
    }

    /// <summary>RFC 9052 section 3.1, Partial IV: padded on the left with zeros, then exclusive-or with the context IV.</summary>
    internal static byte[] Iv(ushort step)
    {
        byte[] iv = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(iv.AsSpan(10), step);
        return iv;
    }

    internal static byte[] Aad(LogId log, EpochId epoch) => ToBeSigned.Encrypt("Encrypt0", Protected, SealingContext.Of(log, epoch));

    internal static byte[] Encode(EpochId epoch, ushort step, byte[] ciphertext)
    {
        byte[] stepBytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(stepBytes, step);
        return WireWriter.Write(cbor =>
        {
            cbor.WriteTag((CborTag)CoseLabels.Encrypt0Tag);
            cbor.WriteStartArray(3);
            cbor.WriteByteString(Protected);
            cbor.WriteStartMap(2);
            cbor.Field(CoseLabels.KeyId, epoch.ToArray());
            cbor.Field(CoseLabels.PartialIv, stepBytes);
            cbor.WriteEndMap();
            cbor.WriteByteString(ciphertext);
            cbor.WriteEndArray();
        });
    }
}
