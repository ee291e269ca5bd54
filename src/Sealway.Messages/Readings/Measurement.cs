namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// One record of a reading's SenML pack (RFC 8428 section 4, CBOR labels of section 6): a name, a unit where there is
/// one, a number, and a time where the sensor states one. Base fields, strings, data and links are not used.
/// </summary>
/// <param name="Name">SenML n, 1 to 32 bytes: <c>hr</c>, <c>spo2</c>, <c>temp</c> … (A–Z, a–z, 0–9 and - : . / _).</param>
/// <param name="Unit">SenML u, 1 to 32 bytes of ASCII from the SenML units registry, or null.</param>
/// <param name="Value">SenML v.</param>
/// <param name="Time">SenML t in seconds: from 2^28 on absolute since 1970-01-01T00:00Z, below relative to the arrival; null is the arrival itself.</param>
public sealed record Measurement(string Name, string? Unit, Number Value, Number? Time = null)
{
    private const int NameLabel = 0;
    private const int UnitLabel = 1;
    private const int ValueLabel = 2;
    private const int TimeLabel = 6;

    /// <summary>From here on a time is absolute, below it is relative (RFC 8428 section 4.5.3), in seconds.</summary>
    public const double FirstAbsoluteTime = 1 << 28;

    /// <summary>When it was measured, in milliseconds since 1970, given when the reading arrived.</summary>
    /// <param name="arrival">The arrival at the gateway, in the same milliseconds.</param>
    /// <returns>At least 0 and at most 2^53 − 1: a time beyond is cut to the range.</returns>
    public ulong MeasuredAt(ulong arrival)
    {
        double seconds = Time?.ToDouble() ?? 0;
        double milliseconds = (seconds >= FirstAbsoluteTime ? 0 : arrival) + Math.Round(seconds * 1000);
        return (ulong)Math.Clamp(milliseconds, 0, Limits.LargestNumber);
    }

    internal static Measurement Read(WireReader reader)
    {
        int fields = reader.Map(2, 4);
        reader.Key(NameLabel);
        string name = reader.Text(Limits.NameBytes);
        if (!IsName(name))
        {
            throw reader.Wrong(Refusal.WrongText);
        }

        long key = reader.Key();
        fields -= 2;
        string? unit = null;
        if (key == UnitLabel)
        {
            unit = reader.Text(Limits.NameBytes);
            if (!IsUnit(unit) || fields-- == 0)
            {
                throw reader.Wrong(Refusal.WrongText);
            }

            key = reader.Key();
        }

        if (key != ValueLabel)
        {
            throw reader.Wrong(Refusal.UnexpectedHeader);
        }

        Number value = Number.Read(reader);
        Number? time = null;
        if (fields-- > 0)
        {
            reader.Key(TimeLabel);
            time = Number.Read(reader);
        }

        reader.EndMap();
        return new Measurement(name, unit, value, time);
    }

    internal void Write(CborWriter cbor)
    {
        if (!IsName(Name) || (Unit is not null && !IsUnit(Unit)))
        {
            throw new MessageException(Refusal.WrongText, "measurement");
        }

        cbor.WriteStartMap(2 + (Unit is null ? 0 : 1) + (Time is null ? 0 : 1));
        cbor.Field(NameLabel, Name);
        if (Unit is not null)
        {
            cbor.Field(UnitLabel, Unit);
        }

        cbor.WriteInt32(ValueLabel);
        Value.Write(cbor);
        if (Time is { } time)
        {
            cbor.WriteInt32(TimeLabel);
            time.Write(cbor);
        }

        cbor.WriteEndMap();
    }

    // RFC 8428 section 4.5.1: a name starts with a letter or digit.
    private static bool IsName(string name) => name.Length is > 0 and <= Limits.NameBytes
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ':' or '.' or '/' or '_');

    private static bool IsUnit(string unit) => unit.Length is > 0 and <= Limits.NameBytes && unit.All(c => c is > ' ' and <= '~');
}
