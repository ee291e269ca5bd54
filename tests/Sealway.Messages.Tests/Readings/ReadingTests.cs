namespace Sealway.Messages.Tests;

using CsCheck;
using Xunit;

public class ReadingTests
{
    private static readonly Gen<Number> Numbers = Gen.OneOf(
        Gen.Long[-(long)Limits.LargestNumber, (long)Limits.LargestNumber].Select(Number.From),
        Gen.Int[-100_000, 100_000].Select(one => Number.From(one / 1000m)),
        Gen.Float.Where(float.IsFinite).Where(one => Math.Abs(one) < 1e15).Select(one => Number.From((double)one)));

    private static readonly Gen<string> Names = Gen.OneOf("abcdefghijklmnopqrstuvwxyz0123456789".ToCharArray()).Array[1, 32].Select(one => new string(one));

    [Fact]
    public void Whatever_a_sensor_may_say_is_read_back_as_it_was_signed()
    {
        using SigningKey key = SigningKey.Generate();
        Gen<Measurement> measurement = Gen.Select(Names, Names.Null(), Numbers, Gen.Select(Numbers, Gen.Bool, (one, there) => there ? one : (Number?)null)).Select((n, u, v, t) => new Measurement(n, u, v, t));
        Gen.Select(measurement.Array[1, 32], Gen.UInt, Gen.UInt, Gen.Bool).Sample((measurements, boot, sequence, answer) =>
        {
            byte[] nonce = answer ? [1, 2, 3, 4, 5, 6, 7, 8] : [];
            Reading signed = Reading.Sign(key, new ReadingNumber(boot, sequence), measurements, nonce);
            Reading read = Reading.FromUntrusted(signed.Bytes);
            read.Verify(key.PublicKey);
            return read.Measurements.SequenceEqual(measurements) && read.Number == signed.Number && read.Kid == key.PublicKey.Kid && (read.Nonce?.ToArray() ?? []).SequenceEqual(nonce);
        }, iter: 500);
    }

    [Fact]
    public void What_is_outside_the_limits_cannot_be_signed()
    {
        using SigningKey key = SigningKey.Generate();
        Measurement good = new("hr", null, Number.From(1));
        Refusal Reason(params Measurement[] measurements) => Assert.Throws<MessageException>(() => Reading.Sign(key, default, measurements)).Reason;
        Assert.Equal(Refusal.WrongCount, Reason());
        Assert.Equal(Refusal.WrongCount, Reason([.. Enumerable.Repeat(good, 33)]));
        Assert.Equal(Refusal.WrongText, Reason(good with { Name = string.Empty }));
        Assert.Equal(Refusal.WrongText, Reason(good with { Name = new string('n', 33) }));
        Assert.Equal(Refusal.WrongText, Reason(good with { Unit = "°C" }));
        Assert.Equal(Refusal.WrongCount, Assert.Throws<MessageException>(() => Reading.Sign(key, default, [good], [1, 2, 3])).Reason);
    }

    [Fact]
    public void A_reading_does_not_verify_under_another_key()
    {
        using SigningKey other = SigningKey.Generate();
        Assert.Equal(Refusal.UnknownKey, Assert.Throws<MessageException>(() => ValidMessages.Reading(1, ValidMessages.Hr()).Verify(other.PublicKey)).Reason);
    }

    [Fact]
    public void The_same_content_signed_twice_is_the_same_reading()
    {
        Reading first = ValidMessages.Reading(1, ValidMessages.Hr());
        Reading second = ValidMessages.Reading(1, ValidMessages.Hr());
        Assert.False(first.Bytes.Span.SequenceEqual(second.Bytes.Span));
        Assert.True(first.Signed.Protected.Span.SequenceEqual(second.Signed.Protected.Span) && first.Signed.Payload.Span.SequenceEqual(second.Signed.Payload.Span));
    }

    [Fact]
    public void Numbers_are_ordered_by_boot_then_by_sequence()
    {
        ReadingNumber[] ordered = [new(0, 0), new(0, 1), new(0, uint.MaxValue), new(1, 0), new(uint.MaxValue, 0), new(uint.MaxValue, uint.MaxValue)];
        Assert.Equal(ordered, ordered.Reverse().Order());
        Assert.All(ordered, number => Assert.Equal(number, ReadingNumber.FromBytes(number.ToArray())));
        Assert.Equal("0000000300000411", Convert.ToHexString(new ReadingNumber(3, 1041).ToArray()));
    }
}
