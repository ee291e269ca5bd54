namespace Sealway.Gateway.Tests.Forwarding;

using Xunit;

public sealed class ArchiveWatchTests
{
    private const ulong Minute = 60_000;

    private readonly ArchiveWatch _watch = new(TimeSpan.FromMinutes(5));

    [Fact]
    public void What_is_not_countersigned_for_longer_than_allowed_makes_the_archive_late_until_it_is()
    {
        Assert.False(_watch.Look(10, 0, 0));
        Assert.False(_watch.Look(12, 9, 5 * Minute));
        Assert.False(_watch.IsLate);
        Assert.Equal(5 * Minute, _watch.Waited(5 * Minute));
        Assert.True(_watch.Look(12, 9, (5 * Minute) + 1));
        Assert.True(_watch.IsLate);
        Assert.False(_watch.Look(12, 9, 6 * Minute));
        Assert.True(_watch.Look(12, 10, 7 * Minute));
        Assert.False(_watch.IsLate);
    }

    [Fact]
    public void An_archive_that_follows_at_a_distance_is_not_late()
    {
        for (ulong minute = 0; minute < 60; minute++)
        {
            Assert.False(_watch.Look((minute * 10) + 30, minute * 10, minute * Minute));
        }
    }

    [Fact]
    public void Where_all_is_countersigned_nothing_is_waited_for()
    {
        Assert.False(_watch.Look(10, 10, 0));
        Assert.False(_watch.Look(10, 10, 60 * Minute));
        Assert.Equal(0ul, _watch.Waited(60 * Minute));
        Assert.False(_watch.Look(11, 10, 61 * Minute));
        Assert.Equal(0ul, _watch.Waited(61 * Minute));
    }

    [Fact]
    public void Another_generation_is_waited_for_anew()
    {
        _watch.Look(10, 0, 0);
        _watch.Restart();
        Assert.False(_watch.Look(1, 0, 6 * Minute));
    }
}
