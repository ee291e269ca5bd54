namespace Sealway.Alarms.Tests.Tallying;

using Sealway.Fleet;
using Sealway.Fleet.Tests.Judging;
using Sealway.Log;
using Sealway.Messages;

using Xunit;

public sealed class ReconsideringTests
{
    private static readonly AlarmRules Rules = new("test", [Bedside.Above(120, 0)]);

    private readonly SampleFleet _fleet = new();
    private readonly SigningKey _lost;
    private readonly SigningKey _kept;
    private readonly SampleLog _log;
    private readonly HashSet<int> _blanks = [];

    public ReconsideringTests()
    {
        _lost = _fleet.Sensor();
        _kept = _fleet.Sensor();
        _log = new SampleLog(_fleet);
        for (uint i = 0; i < 6; i++)
        {
            _log.Reading(_lost, 1, i, value: i == 5 ? 130 : 80);
            _log.Reading(_kept, 1, i);
            _log.At += 1_000;
        }
    }

    [Fact]
    public void Readings_judged_valid_before_a_revocation_are_doubtful_or_refused_after_it()
    {
        JudgedLog judged = Judged();
        Assert.Equal((12ul, 0ul), (judged.Tally.Verdicts.Valid, judged.Tally.Verdicts.Refused));
        Assert.False(judged.IsOvertaken(_fleet.View));
        _fleet.RevokeAfter(_lost, SampleFleet.Start + 2_000, 1, 3);
        Assert.True(judged.IsOvertaken(_fleet.View));

        Reconsidering again = Again(judged);
        Assert.Equal(new MovedReadings(Doubtful: 2, Refused: 2, Other: 0), Assert.Single(again.Moved).Value);
        VerdictTally now = judged.Tally.Verdicts;
        Assert.Equal((8ul, 2ul, 2ul, 12ul), (now.Valid, now.Doubtful, now.Refused, now.Readings));
        Assert.Equal(2ul, now.RefusedBy[nameof(Refusal.Revoked)]);
        Assert.False(judged.IsOvertaken(_fleet.View));

        // As if it had never been judged otherwise; but what was raised stays as history.
        Assert.Equal(Counts(Judged()), Counts(judged));
        Assert.Equal(Judged().Alarms.Place.History.ToBytes(), judged.Alarms.Place.History.ToBytes());
        Assert.Equal(1ul, judged.Tally.AlarmsRaised);
        Assert.Equal(_lost.PublicKey.Kid.ToString(), Assert.Single(judged.Tally.Alarms).Sensor);
    }

    [Fact]
    public void Whoever_was_stopped_in_between_judges_again_after_the_next_start()
    {
        JudgedLog judged = Judged();
        _fleet.Revoke(_lost, SampleFleet.Start + 3_000);
        Reconsidering cut = judged.Reconsider(_fleet.View, _fleet.Registry.View);
        cut.Feed(Entry(0));

        // New entries are judged with the new registry meanwhile; then the power goes.
        _log.Reading(_lost, 1, 6);
        _log.Reading(_kept, 1, 6);
        Feed(judged);
        Assert.Equal((13ul, 1ul), (judged.Tally.Verdicts.Valid, judged.Tally.Verdicts.Refused));
        JudgedLog started = JudgedLog.FromBytes(_log.Log, Rules, judged.ToBytes());
        Assert.Equal(judged.ToBytes(), started.ToBytes());
        Assert.True(started.IsOvertaken(_fleet.View));
        Again(started);
        Assert.Equal((10ul, 4ul), (started.Tally.Verdicts.Valid, started.Tally.Verdicts.Refused));
        Assert.Equal(Counts(Judged()), Counts(started));
    }

    [Fact]
    public void What_is_a_hash_alone_by_then_counts_as_it_was_judged_and_that_is_said()
    {
        JudgedLog judged = Judged();
        _blanks.UnionWith([4, 5, 10]);
        _fleet.Revoke(_lost, SampleFleet.Start);
        Assert.Equal(new MovedReadings(0, Refused: 4, 0), Assert.Single(Again(judged).Moved).Value);
        VerdictTally now = judged.Tally.Verdicts;
        Assert.Equal((8ul, 4ul, 0ul), (now.Valid, now.Refused, now.Blanks));
        Assert.Equal(3ul, judged.Tally.AsJudged);

        // And the same after a second withdrawal: nothing is counted twice.
        _fleet.Revoke(_kept, SampleFleet.Start);
        Again(judged);
        Assert.Equal((3ul, 9ul, 0ul), (judged.Tally.Verdicts.Valid, judged.Tally.Verdicts.Refused, judged.Tally.Verdicts.Blanks));
        Assert.Equal((3ul, 2ul), (judged.Tally.AsJudged, judged.Tally.Reconsidered));
    }

    [Fact]
    public void Of_a_revoked_gateway_everything_beyond_the_last_that_counts_is_refused()
    {
        JudgedLog judged = Judged();
        _fleet.Revoke(_fleet.Gateway, SampleFleet.Start, new LastThatCounts(null, (0, 8), null));
        Assert.True(judged.IsOvertaken(_fleet.View));
        _log.Challenge(1);
        Feed(judged);
        Again(judged);
        Assert.Equal((6ul, 6ul, 7ul), (judged.Tally.Verdicts.Valid, judged.Tally.Verdicts.Readings - judged.Tally.Verdicts.Valid, judged.Tally.Verdicts.RefusedBy[nameof(Refusal.Revoked)]));
        Assert.Equal(Counts(Judged()), Counts(judged));
    }

    [Fact]
    public void A_withdrawal_that_does_not_concern_a_log_leaves_it_alone()
    {
        SigningKey elsewhere = _fleet.Sensor("ward-2");
        JudgedLog judged = Judged();
        _fleet.Revoke(elsewhere, SampleFleet.Start);
        _fleet.Revoke(_fleet.OtherGateway, SampleFleet.Start);
        Assert.False(judged.IsOvertaken(_fleet.View));
    }

    [Fact]
    public void What_is_pending_stays_so_and_is_decided_later_with_the_same_counts()
    {
        RegistryView before = _fleet.View;
        SigningKey late = _fleet.Sensor();
        _log.InForce();
        _log.Reading(late, 1, 0);
        _log.Reading(_kept, 1, 6);
        JudgedLog judged = JudgedLog.Begin(_log.Log, Rules, 0);
        Feed(judged, before);
        Assert.Equal(1ul, judged.Tally.Verdicts.Pending);
        Assert.True(judged.Rewind(_fleet.View));
        Feed(judged);
        _fleet.Revoke(_lost, SampleFleet.Start);
        Again(judged);
        Assert.Equal((0ul, 8ul, 6ul), (judged.Tally.Verdicts.Pending, judged.Tally.Verdicts.Valid, judged.Tally.Verdicts.Refused));
        Assert.Equal(Counts(Judged()), Counts(judged));
    }

    [Fact]
    public void Flipped_bytes_are_refused_or_read_as_what_they_say_and_nothing_else_is_thrown()
    {
        byte[] bytes = Judged().ToBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i] ^= 0x41;
            Exception? thrown = Record.Exception(() => JudgedLog.FromBytes(_log.Log, Rules, flipped));
            Assert.True(thrown is null or MessageException, $"byte {i}: {thrown}");
        }
    }

    private static string Counts(JudgedLog judged) => System.Text.Json.JsonSerializer.Serialize(judged.Tally.Verdicts);

    private LogEntry Entry(int index) => _blanks.Contains(index) ? LogEntry.Blank(LogEntry.Of(_log.Entries[index]).Hash) : LogEntry.Of(_log.Entries[index]);

    private JudgedLog Judged()
    {
        JudgedLog judged = JudgedLog.Begin(_log.Log, Rules, 0);
        Feed(judged);
        return judged;
    }

    private void Feed(JudgedLog judged, RegistryView? view = null)
    {
        while (judged.Next < (ulong)_log.Entries.Count)
        {
            judged.Feed(Entry((int)judged.Next), view ?? _fleet.View, out _);
        }
    }

    private Reconsidering Again(JudgedLog judged)
    {
        Reconsidering again = judged.Reconsider(_fleet.View, _fleet.Registry.View);
        while (again.Next < judged.Next)
        {
            again.Feed(Entry((int)again.Next));
        }

        judged.Take(again);
        return again;
    }
}
