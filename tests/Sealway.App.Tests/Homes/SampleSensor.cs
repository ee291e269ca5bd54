namespace Sealway.App.Tests.Homes;

using Sealway.Messages;

/// <summary>Signs readings of one value, numbered from 0.</summary>
public sealed class SampleSensor(SigningKey key)
{
    private uint _next;

    public Kid Kid => key.PublicKey.Kid;

    public ReadingNumber Last => new(1, _next - 1);

    public Reading Read(double value, string metric = "temp", double? time = null) => Reading.Sign(
        key,
        new ReadingNumber(1, _next++),
        [new Measurement(metric, "Cel", Number.From(value), time is { } at ? Number.From(at) : null)]);

    public Reading Again(ReadingNumber number, double value) => Reading.Sign(key, number, [new Measurement("temp", "Cel", Number.From(value))]);

    public void Skip(uint numbers) => _next += numbers;
}
