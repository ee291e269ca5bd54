namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>What became of a member's command.</summary>
/// <param name="Hash">SHA-256 of the command's bytes (the COSE_Sign1), 32 bytes.</param>
/// <param name="Outcome"><see cref="Refusal.None"/>: carried out; else why not.</param>
public sealed record CommandDoneEvent(ReadOnlyMemory<byte> Hash, Refusal Outcome) : GatewayEvent(EventType.CommandDone)
{
    /// <inheritdoc/>
    protected internal override int Fields => 2;

    internal static CommandDoneEvent Read(WireReader reader)
    {
        reader.Key(3);
        ReadOnlyMemory<byte> hash = reader.Bytes(Head.HashSize);
        reader.Key(4);
        return new CommandDoneEvent(hash, (Refusal)reader.Number(int.MaxValue));
    }

    private protected override void WriteFields(CborWriter cbor)
    {
        cbor.Field(3, Hash.Span);
        cbor.Field(4, (ulong)Outcome);
    }
}
