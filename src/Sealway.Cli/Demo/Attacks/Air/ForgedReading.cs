namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A well-made reading with whatever key is at hand.</summary>
internal static class ForgedReading
{
    public static byte[] Sign(ISigner signer, ReadingNumber number, long heartRate = 72, ReadOnlySpan<byte> nonce = default) =>
        Reading.Sign(signer, number, [new Measurement("hr", "beat/min", Number.From(heartRate))], nonce).Bytes.ToArray();
}
