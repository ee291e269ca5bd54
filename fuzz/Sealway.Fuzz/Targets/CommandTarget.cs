namespace Sealway.Fuzz.Targets;

using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class CommandTarget : FuzzTarget
{
    public override string Name => "command";

    public override string Why => "what a stranger or a hostile member sealed in a command slot: alone and with its padding it is read alike, and made again it has the same bytes";

    public override int MostBytes => Limits.CommandSlotBytes + 4;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors)
    {
        foreach (byte[] command in vectors.Of("command"))
        {
            yield return command;
            yield return [.. command, .. new byte[100]];
        }

        yield return new byte[64];
    }

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        Command? alone = Require.Accepted(() => Command.FromUntrusted(input, FuzzFleet.HomeLog));
        Command? padded;
        try
        {
            padded = SealedCommand.ReadPlaintext(FuzzFleet.HomeLog, input);
        }
        catch (MessageException)
        {
            Require.That(alone is null, "a command that is refused in a slot");
            throw;
        }

        if (padded is null)
        {
            Require.That(input.Span.IndexOfAnyExcept((byte)0) < 0, "an empty slot that is not all zeros");
            return;
        }

        Require.Same(padded.Bytes.Span, input.Span[..padded.Bytes.Length], "a command's bytes");
        Require.That(input.Span[padded.Bytes.Length..].IndexOfAnyExcept((byte)0) < 0, "padding that is not zeros");
        Require.Deterministic(padded.Bytes.Span, "a command");
        if (FuzzFleet.Find(padded.Signer) is { } known)
        {
            Require.Same(Command.Sign(RecordedSigner.Of(known.PublicKey, padded.Bytes), FuzzFleet.HomeLog, padded.Content).Bytes.Span, padded.Bytes.Span, "a command");
        }
    }
}
