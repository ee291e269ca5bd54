namespace Sealway.Cli.Tests;

using Sealway.Cli.Inspect;

/// <summary>What <c>sealway inspect</c> does with bytes, without the file.</summary>
internal static class Inspector
{
    public static (string Text, string? Mistake) Show(byte[] bytes) => DiagnosticPrinter.Print(bytes, MessageSniffer.Sniff(bytes).Shapes);

    public static string Words(Enum value) => Shapes.Word(value);
}
