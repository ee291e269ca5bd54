namespace Sealway.Archive.Tests.Alerts;

/// <summary>How often what a gateway causes at will is told.</summary>
public sealed class AlertPaceTests
{
    private static readonly LogId Log = new("ward-3", 0);

    [Fact]
    public void Of_a_thousand_in_a_minute_the_first_is_told_and_the_next_says_how_many_were_held_back()
    {
        ManualTime time = new();
        AlertPace pace = new(time);
        int told = 0;
        for (ulong i = 1; i <= 1_000; i++)
        {
            told += pace.MayTell(AlertKind.Generation, Log with { Generation = i }, 0, out _) ? 1 : 0;
        }

        Assert.Equal(1, told);
        Assert.Empty(pace.Due());
        Assert.True(pace.MayTell(AlertKind.Cut, Log, 0, out _));
        time.Advance(AlertPace.Every);
        Assert.True(pace.MayTell(AlertKind.Generation, Log with { Generation = 1_001 }, 0, out ulong heldBack));
        Assert.Equal(999ul, heldBack);
    }

    [Fact]
    public void What_was_held_back_last_is_told_though_nothing_follows_it()
    {
        ManualTime time = new();
        AlertPace pace = new(time);
        pace.MayTell(AlertKind.Generation, Log, 0, out _);
        pace.MayTell(AlertKind.Generation, Log with { Generation = 1 }, 0, out _);
        pace.MayTell(AlertKind.Generation, Log with { Generation = 2 }, 0, out _);
        time.Advance(AlertPace.Every);

        Assert.Equal([(AlertKind.Generation, 2ul, Log with { Generation = 2 }, 0ul)], pace.Due());
        Assert.Empty(pace.Due());
    }
}
