namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// What was measured over a time, in five numbers: <c>[sensor, metric, start, length, count, mean, min, max]</c>. At
/// most an hour and never across an epoch; days are combined from hours, exactly.
/// </summary>
/// <param name="Sensor">Whose readings.</param>
/// <param name="Metric">Which measurement.</param>
/// <param name="StartMilliseconds">From when on, milliseconds since 1970.</param>
/// <param name="LengthMilliseconds">For how long, at most an hour.</param>
/// <param name="Count">How many values, at least 1.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Min">The smallest.</param>
/// <param name="Max">The largest.</param>
public sealed record Rollup(Kid Sensor, string Metric, ulong StartMilliseconds, ulong LengthMilliseconds, ulong Count, Number Mean, Number Min, Number Max)
{
    /// <summary>The longest rollup, in milliseconds: an hour.</summary>
    public const ulong LongestMilliseconds = 3_600_000;

    internal static Rollup Read(WireReader reader)
    {
        reader.Array(8);
        Rollup rollup = new(
            reader.Kid(),
            reader.Text(Limits.NameBytes),
            reader.Number(),
            reader.Number(LongestMilliseconds),
            reader.Number(),
            Number.Read(reader),
            Number.Read(reader),
            Number.Read(reader));
        reader.EndArray();
        return rollup.Count > 0 ? rollup : throw reader.Wrong(Refusal.NumberOutOfRange);
    }

    internal void Write(CborWriter cbor)
    {
        cbor.WriteStartArray(8);
        cbor.WriteKid(Sensor);
        cbor.WriteTextString(Metric);
        cbor.WriteUInt64(StartMilliseconds);
        cbor.WriteUInt64(LengthMilliseconds);
        cbor.WriteUInt64(Count);
        Mean.Write(cbor);
        Min.Write(cbor);
        Max.Write(cbor);
        cbor.WriteEndArray();
    }
}
