namespace Sealway.Alarms.Tests.Tallying;

using Xunit;

public sealed class EntryTimesTests
{
    private const ulong Now = 1_800_000_000;
    private const ulong Hour = 3_600;
    private const int Length = 200;

    [Fact]
    public void An_entry_dated_before_the_followers_word_on_a_smaller_size_stands_out()
    {
        EntryTimes times = new([new(10, Now, 0), new(12, Now + 60, 0), new(14, Now + 120, 0)]);
        Assert.Equal(0, times.OffBy(12, (Now + 60) * 1000, Length));
        Assert.Equal(0, times.OffBy(12, ((Now + 60) * 1000) - EntryTimes.Tolerance, Length));
        Assert.Equal(-(long)EntryTimes.Tolerance - 1, times.OffBy(12, ((Now + 60) * 1000) - EntryTimes.Tolerance - 1, Length));
        Assert.Equal(-(long)(Hour * 1000), times.OffBy(13, (Now + 60 - Hour) * 1000, Length));

        // The latest word too, beyond which nothing is countersigned yet.
        Assert.Equal(-(long)(Hour * 1000), times.OffBy(14, (Now + 120 - Hour) * 1000, Length));
    }

    [Fact]
    public void An_entry_dated_ahead_of_the_followers_clock_stands_out()
    {
        EntryTimes times = new([new(10, Now, 0), new(12, Now + 60, 0)]);
        Assert.Equal(0, times.OffBy(11, (Now + 60 + 121) * 1000 - 1000, Length));
        Assert.Equal((long)(Hour * 1000) + 1, times.OffBy(11, ((Now + 60 + Hour) * 1000) + 1000, Length));
    }

    [Fact]
    public void A_backlog_after_an_outage_is_not_misdated_and_what_comes_after_it_is_judged_again()
    {
        // Two hours without a link; then full appends, one after the other, and a last small one.
        EntryTimes times = new([new(100, Now, 0), new(102, Now + 1, 0), new(1126, Now + (2 * Hour), 0), new(2150, Now + (2 * Hour) + 1, 0), new(2160, Now + (2 * Hour) + 2, 0), new(2161, Now + (2 * Hour) + 3, 0)]);
        for (ulong index = 102; index < 2160; index++)
        {
            ulong at = (Now + 1 + ((index - 102) * 7000 / 2058)) * 1000;
            Assert.True(times.OffBy(index, at, Length) is 0 or null, $"entry {index}");
        }

        Assert.Equal(-(long)((Hour * 1000) + 2000), times.OffBy(2160, (Now + Hour) * 1000, Length));
    }

    [Fact]
    public void A_backlog_of_large_entries_is_one_too()
    {
        EntryTimes times = new([new(100, Now, 0), new(130, Now + Hour, 0), new(160, Now + Hour + 1, 0)]);
        Assert.Equal(0, times.OffBy(130, (Now + 60) * 1000, 32_768));
        Assert.Equal(-(long)((Hour - 60) * 1000), times.OffBy(130, (Now + 60) * 1000, Length));
    }

    [Fact]
    public void A_follower_whose_clock_began_at_1970_says_nothing()
    {
        ulong known = (Now - 60) * 1000;
        EntryTimes times = new([new(10, Now - 30, known), new(12, 5, known), new(14, 65, known), new(16, Now + 60, known), new(17, Now + 61, known)]);
        for (ulong index = 10; index < 14; index++)
        {
            Assert.True(times.OffBy(index, Now * 1000, Length) is 0 or null, $"entry {index}");
        }

        Assert.Null(times.OffBy(12, Now * 1000, Length));

        // Set right again, it speaks again.
        Assert.Equal((long)((2 * Hour) - 60) * 1000, times.OffBy(15, ((Now + (2 * Hour)) * 1000) + 999, Length));
        Assert.Equal(-(long)(Hour * 1000), times.OffBy(16, (Now + 60 - Hour) * 1000, Length));
    }

    [Fact]
    public void Without_a_word_of_its_own_nothing_is_known()
    {
        Assert.Null(new EntryTimes([]).OffBy(0, 0, Length));
        Assert.Null(new EntryTimes([new(600, Now, 0)]).OffBy(700, 0, Length));
    }
}
