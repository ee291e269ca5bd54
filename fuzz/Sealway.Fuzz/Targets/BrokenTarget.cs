namespace Sealway.Fuzz.Targets;

using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

/// <summary>Says of an entry with bytes after it that it is a mistake: not among the targets, but for the test that a mistake is found, kept and shown again.</summary>
internal sealed class BrokenTarget : FuzzTarget
{
    public override string Name => "broken";

    public override string Why => "nobody's: a mistake on purpose, to show that fuzzing finds one";

    public override int MostBytes => 256;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => [Entry.Create(EntryKind.Event, 1, new byte[] { 1, 2, 3, 4 }).Bytes.ToArray()];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        try
        {
            Entry.FromUntrusted(input);
        }
        catch (MessageException refused) when (refused.Reason == Refusal.TrailingBytes)
        {
            throw new FindingException("the mistake on purpose");
        }
    }
}
