namespace Sealway.Gateway.Tests.Clock;

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
}
