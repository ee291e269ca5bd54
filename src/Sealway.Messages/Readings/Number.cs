namespace Sealway.Messages;

using System.Formats.Cbor;
using System.Globalization;

/// <summary>
/// A measured number in one of its three encodings: an integral value as an integer, else the shortest float that
/// holds it, or a decimal fraction (RFC 8949 section 3.4.4: tag 4, exponent −24 to −1, mantissa not divisible by ten).
/// Which of the last two is the sensor's choice, so the number remembers it. NaN and infinities do not exist.
/// </summary>
public readonly record struct Number
{
    private const int LeastExponent = -24;

    private readonly double _float;
    private readonly long _mantissa;
    private readonly sbyte _exponent;
    private readonly bool _isFloat;

    private Number(long mantissa, sbyte exponent)
    {
        _mantissa = mantissa;
        _exponent = exponent;
    }

    private Number(double value)
    {
        _float = value;
        _isFloat = true;
    }

    /// <summary>An integral value within ±(2^53 − 1).</summary>
    /// <exception cref="MessageException"><see cref="Refusal.NumberOutOfRange"/>.</exception>
    public static Number From(long value) => InRange(value) ? new(value, 0) : throw OutOfRange();

    /// <summary>A value as an integer if it is integral, else as the shortest float.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.NotFinite"/> or <see cref="Refusal.NumberOutOfRange"/>.</exception>
    public static Number From(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new MessageException(Refusal.NotFinite, "number");
        }

        return value != Math.Truncate(value) ? new(value)
            : Math.Abs(value) <= Limits.LargestNumber ? new((long)value, 0)
            : throw OutOfRange();
    }

    /// <summary>A value exactly as its decimal digits say: an integer, or a decimal fraction. A fraction with more digits than 2^53 − 1 holds becomes a float.</summary>
    public static Number From(decimal value)
    {
        if (value == decimal.Truncate(value))
        {
            return Math.Abs(value) <= Limits.LargestNumber ? new((long)value, 0) : throw OutOfRange();
        }

        // decimal keeps its scale; trailing zeros are dropped so that there is one encoding.
        sbyte exponent = 0;
        while (value != decimal.Truncate(value))
        {
            if (exponent == LeastExponent || Math.Abs(value) > Limits.LargestNumber / 10)
            {
                return From((double)(value * Power(exponent)));
            }

            value *= 10;
            exponent--;
        }

        return InRange((long)value) ? new((long)value, exponent) : From((double)(value * Power(exponent)));
    }

    /// <summary>The nearest double.</summary>
    public double ToDouble() => _isFloat ? _float : _exponent == 0 ? _mantissa : double.Parse($"{_mantissa}e{_exponent}", CultureInfo.InvariantCulture);

    /// <summary>The digits, in the invariant culture.</summary>
    public override string ToString() => _isFloat ? _float.ToString("R", CultureInfo.InvariantCulture)
        : _exponent == 0 ? _mantissa.ToString(CultureInfo.InvariantCulture)
        : Fraction();

    internal static Number Read(WireReader reader)
    {
        switch (reader.Peek())
        {
            case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger:
                return new(reader.Integer(), 0);

            case CborReaderState.Tag:
                reader.Tag((ulong)CborTag.DecimalFraction);
                reader.Array(2);
                long exponent = reader.Integer();
                long mantissa = reader.Integer();
                reader.EndArray();
                return exponent is < LeastExponent or > -1 ? throw reader.Wrong(Refusal.NumberOutOfRange)
                    : mantissa % 10 == 0 ? throw reader.Wrong(Refusal.NotDeterministic)
                    : new(mantissa, (sbyte)exponent);

            case CborReaderState.HalfPrecisionFloat:
                return Shortest(reader, reader.Float(), CborReaderState.HalfPrecisionFloat);
            case CborReaderState.SinglePrecisionFloat:
                return Shortest(reader, reader.Float(), CborReaderState.SinglePrecisionFloat);
            case CborReaderState.DoublePrecisionFloat:
                return Shortest(reader, reader.Float(), CborReaderState.DoublePrecisionFloat);

            default:
                throw reader.Wrong(Refusal.Malformed);
        }
    }

    internal void Write(CborWriter cbor)
    {
        if (_isFloat)
        {
            // The writer chooses the shortest form that keeps the value.
            cbor.WriteDouble(_float);
        }
        else if (_exponent == 0)
        {
            cbor.WriteInt64(_mantissa);
        }
        else
        {
            cbor.WriteTag(CborTag.DecimalFraction);
            cbor.WriteStartArray(2);
            cbor.WriteInt32(_exponent);
            cbor.WriteInt64(_mantissa);
            cbor.WriteEndArray();
        }
    }

    private static Number Shortest(WireReader reader, double value, CborReaderState form)
    {
        if (!double.IsFinite(value))
        {
            throw reader.Wrong(Refusal.NotFinite);
        }

        CborReaderState shortest = (double)(Half)value == value ? CborReaderState.HalfPrecisionFloat
            : (float)value == value ? CborReaderState.SinglePrecisionFloat
            : CborReaderState.DoublePrecisionFloat;
        return form != shortest || value == Math.Truncate(value) ? throw reader.Wrong(Refusal.NotDeterministic) : new(value);
    }

    private static bool InRange(long value) => value is >= -(long)Limits.LargestNumber and <= (long)Limits.LargestNumber;

    private static decimal Power(sbyte exponent)
    {
        decimal power = 1;
        for (int i = 0; i > exponent; i--)
        {
            power /= 10;
        }

        return power;
    }

    private static MessageException OutOfRange() => new(Refusal.NumberOutOfRange, "number");

    private string Fraction()
    {
        string digits = Math.Abs(_mantissa).ToString(CultureInfo.InvariantCulture).PadLeft(1 - _exponent, '0');
        return $"{(_mantissa < 0 ? "-" : string.Empty)}{digits[..^-_exponent]}.{digits[^-_exponent..]}";
    }
}
