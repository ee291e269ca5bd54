namespace Sealway.Messages;

using System.Formats.Cbor;
using System.Security.Cryptography;

/// <summary>
/// What a member asks a gateway to do: a COSE_Sign1 over the member's view of the log (its latest head), a number that
/// rises, and an expiry of at most five minutes, so that it can be neither replayed, held back nor moved.
/// </summary>
public sealed class Command
{
    private readonly Sign1 _sign1;
    private readonly LogId _log;

    private Command(Sign1 sign1, LogId log, Kid signer, CommandContent content)
    {
        _sign1 = sign1;
        _log = log;
        Signer = signer;
        Content = content;
    }

    /// <summary>The key that claims to have signed.</summary>
    public Kid Signer { get; }

    /// <summary>What is asked.</summary>
    public CommandContent Content { get; }

    /// <summary>The command's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _sign1.Bytes;

    /// <summary>SHA-256 of the bytes: what the gateway's log names it by, 32 bytes.</summary>
    public byte[] Hash() => SHA256.HashData(_sign1.Bytes.Span);

    /// <summary>Signs a command for a log.</summary>
    public static Command Sign(ISigner signer, LogId log, CommandContent content)
    {
        byte[] header = WireWriter.Write(cbor =>
        {
            cbor.WriteStartMap(3);
            cbor.WriteInt32(CoseLabels.Algorithm);
            cbor.WriteInt32(CoseLabels.Es256);
            cbor.Field(CoseLabels.ContentType, (ulong)CoseLabels.CborContent);
            cbor.Field(CoseLabels.KeyId, signer.PublicKey.Kid);
            cbor.WriteEndMap();
        });
        return new Command(Sign1.Sign(signer, header, Context(log), WireWriter.Write(content.Write)), log, signer.PublicKey.Kid, content);
    }

    /// <summary>Reads a command from outside, for the log that it must be for. Its signature is not verified yet.</summary>
    public static Command FromUntrusted(ReadOnlyMemory<byte> bytes, LogId log)
    {
        Sign1 sign1 = Sign1.FromUntrusted(bytes, Limits.CommandSlotBytes, "command");
        Kid signer = WireReader.Read(sign1.Protected, Limits.HeadBytes, "command: protected header", reader =>
        {
            if (reader.Map(3, int.MaxValue) != 3)
            {
                throw reader.Wrong(Refusal.UnexpectedHeader);
            }

            reader.Key(CoseLabels.Algorithm);
            reader.Exactly(CoseLabels.Es256, Refusal.WrongAlgorithm);
            reader.Key(CoseLabels.ContentType);
            reader.Exactly(CoseLabels.CborContent, Refusal.UnexpectedHeader);
            reader.Key(CoseLabels.KeyId);
            Kid kid = reader.Kid();
            reader.EndMap();
            return kid;
        });
        return new Command(sign1, log, signer, WireReader.Read(sign1.Payload, Limits.CommandSlotBytes, "command", CommandContent.Read));
    }

    /// <summary>Verifies the signature under a key; a command for another log does not verify.</summary>
    public void Verify(PublicKey key)
    {
        if (key.Kid != Signer)
        {
            throw new MessageException(Refusal.UnknownKey, "command");
        }

        _sign1.Verify(key, Context(_log), "command");
    }

    private static byte[] Context(LogId log) => WireWriter.Write(cbor =>
    {
        cbor.WriteStartArray(2);
        cbor.WriteTextString("Sealway command");
        cbor.WriteTextString(log.ToString());
        cbor.WriteEndArray();
    });
}
