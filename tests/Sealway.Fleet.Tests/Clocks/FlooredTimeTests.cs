namespace Sealway.Fleet.Tests.Clocks;

using Sealway.Testing;
using Xunit;

public class FlooredTimeTests
{
    [Fact]
    public void A_clock_that_is_behind_runs_on_from_the_last_time_seen()
    {
        ManualTime board = new();
        DateTimeOffset seen = board.Now + TimeSpan.FromDays(20_000);
        FlooredTime time = new(board, seen);

        board.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(seen + TimeSpan.FromMinutes(3), time.GetUtcNow());
    }

    [Fact]
    public void A_clock_that_is_ahead_is_taken_as_it_is()
    {
        ManualTime board = new();
        FlooredTime time = new(board, board.Now - TimeSpan.FromDays(1));

        Assert.Equal(board.Now, time.GetUtcNow());
    }

    [Fact]
    public void Somebody_elses_word_raises_it_and_an_older_one_says_nothing()
    {
        ManualTime board = new();
        FlooredTime time = new(board, DateTimeOffset.UnixEpoch);
        DateTimeOffset heard = board.Now + TimeSpan.FromDays(9);

        time.Raise(heard);
        time.Raise(heard - TimeSpan.FromDays(1));
        board.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(heard + TimeSpan.FromMinutes(1), time.GetUtcNow());
    }

    [Fact]
    public void A_clock_that_was_wrong_and_is_corrected_is_followed_back()
    {
        ManualTime board = new();
        DateTimeOffset right = board.Now;
        FlooredTime time = new(board, right - TimeSpan.FromDays(1));

        board.Jump(TimeSpan.FromDays(3_650));
        Assert.Equal(right + TimeSpan.FromDays(3_650), time.GetUtcNow());
        board.Jump(TimeSpan.FromDays(-3_650));

        Assert.Equal(right, time.GetUtcNow());
    }
}
