namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// One command slot: a COSE_Encrypt0 by HPKE (draft-ietf-cose-hpke, HPKE-7, integrated) to the gateway's HPKE key, of
/// exactly 2,048 bytes whether it holds a command or none, so that who relays it learns nothing.
/// </summary>
public static class SealedCommand
{
    private const int PlaintextBytes = Limits.CommandSlotBytes - Overhead;

    // Tag 1, array 1, protected 5, map 1 + label 1 + bstr 67, ciphertext's head 3, tag 16.
    private const int Overhead = 95;

    private static readonly byte[] Protected = WireWriter.Write(cbor =>
    {
        cbor.WriteStartMap(1);
        cbor.Field(CoseLabels.Algorithm, (ulong)CoseLabels.HpkeIntegrated);
        cbor.WriteEndMap();
    });

    /// <summary>Seals a command, or none, to the gateway of a log.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.SlotOverflow"/>: the command is longer than a slot holds.</exception>
    public static byte[] Seal(LogId log, PublicKey gateway, Command? command)
    {
        byte[] plaintext = new byte[PlaintextBytes];
        if (command is not null)
        {
            if (command.Bytes.Length > PlaintextBytes)
            {
                throw new MessageException(Refusal.SlotOverflow, "command");
            }

            command.Bytes.Span.CopyTo(plaintext);
        }

        (byte[] encapsulated, byte[] ciphertext) = Hpke.Seal(gateway, [], Aad(log), plaintext);
        return WireWriter.Write(cbor =>
        {
            cbor.WriteTag((CborTag)CoseLabels.Encrypt0Tag);
            cbor.WriteStartArray(3);
            cbor.WriteByteString(Protected);
            cbor.WriteStartMap(1);
            cbor.Field(CoseLabels.EncapsulatedKey, encapsulated);
            cbor.WriteEndMap();
            cbor.WriteByteString(ciphertext);
            cbor.WriteEndArray();
        });
    }

    /// <summary>Opens a command slot with the gateway's HPKE key.</summary>
    /// <returns>The command, its signature not verified yet; null when the slot is empty.</returns>
    /// <exception cref="MessageException">Not such a slot, or not for this gateway and log.</exception>
    public static Command? Open(LogId log, AgreementKey gateway, ReadOnlyMemory<byte> slot)
    {
        if (slot.Length != Limits.CommandSlotBytes)
        {
            throw new MessageException(Refusal.WrongSize, "command slot");
        }

        (ReadOnlyMemory<byte> encapsulated, ReadOnlyMemory<byte> ciphertext) = WireReader.Read(slot, Limits.CommandSlotBytes, "command slot", reader =>
        {
            reader.Tag(CoseLabels.Encrypt0Tag);
            reader.Array(3);
            if (!reader.Bytes(1, 64).Span.SequenceEqual(Protected))
            {
                throw reader.Wrong(Refusal.WrongAlgorithm);
            }

            reader.Map(1, 1);
            reader.Key(CoseLabels.EncapsulatedKey);
            ReadOnlyMemory<byte> enc = reader.Bytes(Hpke.EncapsulatedSize);
            reader.EndMap();
            ReadOnlyMemory<byte> text = reader.Bytes(PlaintextBytes + Hpke.TagSize);
            reader.EndArray();
            return (enc, text);
        });
        return ReadPlaintext(log, Hpke.Open(gateway, encapsulated.Span, [], Aad(log), ciphertext.Span));
    }

    /// <summary>Reads what was sealed: a command and then zeros, or zeros alone. Whoever may command chose these bytes, so they are as foreign as any.</summary>
    internal static Command? ReadPlaintext(LogId log, ReadOnlyMemory<byte> plaintext)
    {
        if (plaintext.IsEmpty || plaintext.Span[0] == 0)
        {
            return plaintext.Span.IndexOfAnyExcept((byte)0) < 0 ? null : throw new MessageException(Refusal.TrailingBytes, "command slot: padding");
        }

        int length = WireReader.ReadFirst(plaintext, "command slot", reader => reader.Item().Length, out _);
        return plaintext.Span[length..].IndexOfAnyExcept((byte)0) < 0
            ? Command.FromUntrusted(plaintext[..length], log)
            : throw new MessageException(Refusal.TrailingBytes, "command slot: padding");
    }

    private static byte[] Aad(LogId log) => ToBeSigned.Encrypt("Encrypt0", Protected, WireWriter.Write(cbor => cbor.WriteTextString(log.ToString())));
}
