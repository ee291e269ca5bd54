namespace Sealway.Messages.Tests;

using System.Globalization;
using CsCheck;
using Xunit;

public class NumberTests
{
    [Theory]
    [InlineData("0", "00")]
    [InlineData("72", "1848")]
    [InlineData("-90", "3859")]
    [InlineData("9007199254740991", "1b001fffffffffffff")]
    [InlineData("36.6", "c4822019016e")]
    [InlineData("-12.25", "c482213904c8")]
    [InlineData("0.5", "c4822005")]
    [InlineData("0.05", "c4822105")]
    [InlineData("20.500", "c4822018cd")]
    [InlineData("100.0", "1864")]
    [InlineData("-0.0", "00")]
    [InlineData("0.000000000000000000000003", "c4823703")]
    public void A_decimal_is_written_as_its_digits_say(string digits, string cbor) =>
        Assert.Equal(cbor, Convert.ToHexStringLower(WireWriter.Write(Number.From(decimal.Parse(digits, CultureInfo.InvariantCulture)).Write)));

    [Theory]
    [InlineData(72.0, "1848")]
    [InlineData(-0.0, "00")]
    [InlineData(72.5, "f95488")]
    [InlineData(5.960464477539063e-8, "f90001")]
    [InlineData(36.599998474121094, "fa42126666")]
    [InlineData(36.6, "fb40424ccccccccccd")]
    [InlineData(5e-324, "fb0000000000000001")]
    public void A_double_is_written_as_an_integer_or_the_shortest_float(double value, string cbor) =>
        Assert.Equal(cbor, Convert.ToHexStringLower(WireWriter.Write(Number.From(value).Write)));

    [Fact]
    public void What_is_not_finite_or_out_of_range_cannot_be_made()
    {
        Assert.Equal(Refusal.NotFinite, Assert.Throws<MessageException>(() => Number.From(double.NaN)).Reason);
        Assert.Equal(Refusal.NotFinite, Assert.Throws<MessageException>(() => Number.From(double.NegativeInfinity)).Reason);
        Assert.Equal(Refusal.NumberOutOfRange, Assert.Throws<MessageException>(() => Number.From(1L << 53)).Reason);
        Assert.Equal(Refusal.NumberOutOfRange, Assert.Throws<MessageException>(() => Number.From(-(1L << 53))).Reason);
        Assert.Equal(Refusal.NumberOutOfRange, Assert.Throws<MessageException>(() => Number.From(1e300)).Reason);
        Assert.Equal(Refusal.NumberOutOfRange, Assert.Throws<MessageException>(() => Number.From(9007199254740992m)).Reason);
    }

    [Fact]
    public void Every_double_is_read_back_as_it_was_written() =>
        Gen.OneOf(Gen.Double, Gen.Float.Select(one => (double)one), Gen.Int.Select(one => one / 8.0)).Where(one => double.IsFinite(one) && (one != Math.Truncate(one) || Math.Abs(one) <= Limits.LargestNumber)).Sample(value =>
        {
            Number number = Number.From(value);
            return number.ToDouble() == value && Again(number) == number;
        }, iter: 20_000);

    [Fact]
    public void Every_decimal_is_read_back_as_it_was_written() =>
        Gen.Select(Gen.Long[-(long)Limits.LargestNumber, (long)Limits.LargestNumber], Gen.Int[0, 24]).Sample((mantissa, scale) =>
        {
            decimal value = mantissa;
            for (int i = 0; i < scale; i++)
            {
                value /= 10;
            }

            Number number = Number.From(value);
            return Again(number) == number && Math.Abs(number.ToDouble() - (double)value) <= Math.Abs((double)value) * 1e-15;
        }, iter: 20_000);

    [Fact]
    public void Every_decimal_fraction_of_few_digits_keeps_its_digits() =>
        Gen.Select(Gen.Int[-99_999, 99_999], Gen.Int[1, 6]).Sample((mantissa, scale) =>
        {
            decimal value = new(Math.Abs(mantissa), 0, 0, mantissa < 0, (byte)scale);
            return decimal.Parse(Number.From(value).ToString(), CultureInfo.InvariantCulture) == value;
        }, iter: 5_000);

    [Theory]
    [InlineData(null, 5_000_000_000UL)]
    [InlineData("-1.5", 4_999_998_500UL)]
    [InlineData("2", 5_000_002_000UL)]
    [InlineData("268435455", 273_435_455_000UL)]
    [InlineData("268435456", 268_435_456_000UL)]
    [InlineData("1767225600.25", 1_767_225_600_250UL)]
    [InlineData("-9007199254740991", 0UL)]
    [InlineData("9007199254740991", Limits.LargestNumber)]
    public void A_time_is_relative_to_the_arrival_below_2_to_the_28_and_absolute_from_there_on(string? time, ulong expected)
    {
        Number? t = time is null ? null : Number.From(decimal.Parse(time, CultureInfo.InvariantCulture));
        Assert.Equal(expected, new Measurement("hr", null, Number.From(1), t).MeasuredAt(5_000_000_000));
    }

    private static Number Again(Number number) => WireReader.Read(WireWriter.Write(number.Write), 64, "number", Number.Read);
}
