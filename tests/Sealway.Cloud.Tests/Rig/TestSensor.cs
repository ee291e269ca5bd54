namespace Sealway.Cloud.Tests;

/// <summary>A sensor's key and counter.</summary>
internal sealed class TestSensor(ISigner signer)
{
    public Kid Kid => signer.PublicKey.Kid;

    public uint Next { get; set; }

    public Entry Reading(ulong at, double value = 80, string metric = "hr") => Numbered(at, Next++, value, metric);

    public Entry Numbered(ulong at, uint sequence, double value = 80, string metric = "hr") => Entry.Create(
        EntryKind.Reading, at, Messages.Reading.Sign(signer, new ReadingNumber(1, sequence), [new Measurement(metric, null, Number.From(value))]).Bytes);
}
