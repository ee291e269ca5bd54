namespace Sealway.Gateway.Tests.Judging;

using CsCheck;
using Sealway.Messages;
using Xunit;

public class StoredNumbersTests
{
    [Fact]
    public void What_was_stored_is_told_from_what_was_skipped()
    {
        StoredNumbers numbers = StoredNumbers.First(new(1, 10)).With(new(1, 11)).With(new(1, 15));

        Assert.True(numbers.Contains(new(1, 10)));
        Assert.True(numbers.Contains(new(1, 11)));
        Assert.True(numbers.Contains(new(1, 15)));
        Assert.False(numbers.Contains(new(1, 9)));
        Assert.False(numbers.Contains(new(1, 12)));
        Assert.False(numbers.Contains(new(1, 14)));
        Assert.False(numbers.Contains(new(1, 16)));
        Assert.False(numbers.Contains(new(0, 10)));
    }

    [Fact]
    public void A_new_boot_begins_anew()
    {
        StoredNumbers numbers = StoredNumbers.First(new(1, 10)).With(new(2, 0));

        Assert.True(numbers.Contains(new(2, 0)));
        Assert.False(numbers.Contains(new(1, 10)));
    }

    [Fact]
    public void Any_numbers_are_kept_as_they_were_and_come_back_from_their_bytes() =>
        Gen.UInt[0, 40].Array[1, 60].Sample(steps =>
        {
            HashSet<uint> given = [];
            uint sequence = steps[0];
            StoredNumbers numbers = StoredNumbers.First(new(7, sequence));
            given.Add(sequence);
            foreach (uint step in steps[1..])
            {
                sequence += 1 + (step % 7 == 0 ? step : 0);
                numbers = numbers.With(new(7, sequence));
                given.Add(sequence);
            }

            byte[] bytes = new byte[numbers.Bytes];
            numbers.Write(bytes);
            StoredNumbers read = StoredNumbers.Read(bytes);
            for (uint i = 0; i <= sequence + 2; i++)
            {
                // Nothing that was skipped ever counts as stored; what was may be forgotten beyond many gaps.
                Assert.Equal(i >= numbers.From && given.Contains(i), numbers.Contains(new(7, i)));
                Assert.Equal(numbers.Contains(new(7, i)), read.Contains(new(7, i)));
            }
        });

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Bytes_that_end_too_early_are_refused(int length) =>
        Assert.Equal(Refusal.Malformed, Assert.Throws<MessageException>(() => StoredNumbers.Read(new byte[length])).Reason);

    [Fact]
    public void More_gaps_than_there_are_bytes_are_refused()
    {
        byte[] bytes = new byte[13];
        bytes[12] = 2;
        Assert.Throws<MessageException>(() => StoredNumbers.Read(bytes));
    }
}
