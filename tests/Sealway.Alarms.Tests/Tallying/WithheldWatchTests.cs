namespace Sealway.Alarms.Tests.Tallying;

using Sealway.Messages;
using Sealway.Testing;

using Xunit;

public sealed class WithheldWatchTests
{
    private static readonly LogId Log = new("ward-3", 0);

    private readonly ManualTime _time = new();

    [Fact]
    public void A_registry_that_does_not_come_is_told_once_after_its_time_and_so_is_its_end()
    {
        WithheldWatch watch = new(TimeSpan.FromMinutes(10), _time);
        Assert.Empty(watch.Look([(Log, 7)], 5).Begun);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(watch.Look([(Log, 8)], 6).Begun);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((Log, 8ul), Assert.Single(watch.Look([(Log, 8)], 6).Begun));
        Assert.Equal(Log, Assert.Single(watch.Standing));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(watch.Look([(Log, 8)], 6).Begun);
        Assert.Equal(Log, Assert.Single(watch.Look([(Log, 8)], 8).Over));
        Assert.Empty(watch.Standing);
    }

    [Fact]
    public void A_registry_that_comes_in_time_is_no_news()
    {
        WithheldWatch watch = new(TimeSpan.FromMinutes(10), _time);
        watch.Look([(Log, 7)], 5);
        _time.Advance(TimeSpan.FromMinutes(9));
        watch.Look([(Log, 7)], 7);
        watch.Look([(Log, 9)], 7);
        _time.Advance(TimeSpan.FromMinutes(9));
        (IReadOnlyList<(LogId, ulong)> begun, IReadOnlyList<LogId> over) = watch.Look([(Log, 9), (new LogId("ward-4", 0), null)], 7);
        Assert.Empty(begun);
        Assert.Empty(over);
    }
}
