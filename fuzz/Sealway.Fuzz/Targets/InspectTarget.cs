namespace Sealway.Fuzz.Targets;

using Sealway.Cli.Inspect;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;

internal sealed class InspectTarget : FuzzTarget
{
    public override string Name => "inspect";

    public override string Why => "any file that a person looks at: told apart and printed, in characters that cannot speak to the terminal";

    public override int MostBytes => 16_384;

    public override int AllocatedAtMost => 1_048_576;

    public override int AllocatedPerByte => 4_096;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => [.. vectors.All.DistinctBy(Convert.ToHexString).Where((_, i) => i % 3 == 0), FuzzFleet.Waybill(3).ToArray()];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        Sniffed sniffed = MessageSniffer.Sniff(input);
        (string text, string? _) = DiagnosticPrinter.Print(input, sniffed.Shapes);
        Require.That(text.AsSpan().IndexOfAnyExceptInRange(' ', '~') is var odd && (odd < 0 || text.Replace("\n", "", StringComparison.Ordinal).AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0), "a character that can speak to the terminal");
    }
}
