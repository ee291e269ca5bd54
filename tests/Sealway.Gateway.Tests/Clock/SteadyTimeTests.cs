namespace Sealway.Gateway.Tests.Clock;

using Sealway.Testing;
using Xunit;

public class SteadyTimeTests
{
    private readonly ManualTime _board = new();

    [Fact]
    public void It_begins_no_earlier_than_the_logs_last_entry()
    {
        DateTimeOffset last = _board.Now + TimeSpan.FromDays(20_000);
        SteadyTime time = new(_board, last);
        _board.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(last + TimeSpan.FromMinutes(3), time.GetUtcNow());
    }

    [Fact]
    public void A_clock_that_is_set_back_neither_takes_it_back_nor_stops_it()
    {
        SteadyTime time = new(_board, DateTimeOffset.UnixEpoch);
        DateTimeOffset before = time.GetUtcNow();
        _board.Jump(TimeSpan.FromDays(-400));
        Assert.Equal(before, time.GetUtcNow());
        _board.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(before + TimeSpan.FromMinutes(10), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromDays(400), time.Lead);
    }

    [Fact]
    public void A_small_lead_is_given_up_slowly_however_often_it_is_asked()
    {
        SteadyTime time = new(_board, DateTimeOffset.UnixEpoch);
        DateTimeOffset before = time.GetUtcNow();
        _board.Jump(TimeSpan.FromMinutes(-1));
        for (int i = 0; i < 1_600; i++)
        {
            _board.Advance(TimeSpan.FromTicks(7));
            time.GetUtcNow();
        }

        Assert.InRange((time.GetUtcNow() - before).Ticks, 1_600 * 7 * 15 / 16, (1_600 * 7 * 15 / 16) + 1);
        for (int i = 0; i < 16; i++)
        {
            DateTimeOffset last = time.GetUtcNow();
            _board.Advance(TimeSpan.FromMinutes(1));
            Assert.True(time.GetUtcNow() > last);
        }

        Assert.Equal(_board.Now, time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, time.Lead);
    }

    [Fact]
    public void A_clock_that_jumps_ahead_is_followed_at_once()
    {
        SteadyTime time = new(_board, DateTimeOffset.UnixEpoch);
        time.GetUtcNow();
        _board.Jump(TimeSpan.FromDays(4_000));
        Assert.Equal(_board.Now, time.GetUtcNow());
    }
}
