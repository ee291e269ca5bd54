namespace Sealway.Fleet.Tests.Judging;

using Sealway.Messages;

using Xunit;

public sealed class FreshnessTests
{
    private readonly SampleFleet _fleet = new();
    private readonly SigningKey _sensor;
    private readonly SampleLog _log;

    public FreshnessTests()
    {
        _sensor = _fleet.Sensor();
        _log = new SampleLog(_fleet);
    }

    [Fact]
    public void A_sensor_that_never_answers_is_unproven()
    {
        _log.Challenge(1);
        Assert.Equal(Freshness.Unproven, _log.Reading(_sensor, 1, 0).Verdict.Freshness);
    }

    [Fact]
    public void An_answer_and_what_follows_it_are_fresh_until_the_window_has_passed()
    {
        _log.Challenge(1);
        _log.At += 1000;
        Assert.Equal(Freshness.Fresh, _log.Reading(_sensor, 1, 0, answer: 1).Verdict.Freshness);
        _log.At += FreshnessWindow.Milliseconds - 1000;
        Assert.Equal(Freshness.Fresh, _log.Reading(_sensor, 1, 1).Verdict.Freshness);
        _log.At++;
        Assert.Equal(Freshness.Stale, _log.Reading(_sensor, 1, 2).Verdict.Freshness);
    }

    [Fact]
    public void The_window_begins_with_the_challenge_and_not_with_the_answer()
    {
        _log.Challenge(1);
        _log.At += FreshnessWindow.Milliseconds + 1;
        Assert.Equal(Freshness.Stale, _log.Reading(_sensor, 1, 0, answer: 1).Verdict.Freshness);
    }

    [Fact]
    public void A_later_answer_makes_fresh_again()
    {
        _log.Challenge(1);
        _log.Reading(_sensor, 1, 0, answer: 1);
        _log.At += FreshnessWindow.Milliseconds + 1;
        _log.Challenge(2);
        Assert.Equal(Freshness.Stale, _log.Reading(_sensor, 1, 1).Verdict.Freshness);
        Assert.Equal(Freshness.Fresh, _log.Reading(_sensor, 1, 2, answer: 2).Verdict.Freshness);
    }

    [Fact]
    public void An_answer_to_a_challenge_that_the_log_does_not_have_is_stale() =>
        Assert.Equal(Freshness.Stale, _log.Reading(_sensor, 1, 0, answer: 9).Verdict.Freshness);

    [Fact]
    public void A_nonce_that_is_logged_again_stays_as_old_as_it_is()
    {
        _log.Challenge(1);
        _log.At += FreshnessWindow.Milliseconds + 1;
        _log.Challenge(1);
        Assert.Equal(Freshness.Stale, _log.Reading(_sensor, 1, 0, answer: 1).Verdict.Freshness);
    }

    [Fact]
    public void An_answer_to_an_older_challenge_takes_nothing_back()
    {
        _log.Challenge(1);
        _log.At += 100_000;
        _log.Challenge(2);
        _log.Reading(_sensor, 1, 0, answer: 2);
        _log.At += 100_000;
        Assert.Equal(Freshness.Fresh, _log.Reading(_sensor, 1, 1, answer: 1).Verdict.Freshness);
        Assert.Equal(Freshness.Fresh, _log.Reading(_sensor, 1, 2).Verdict.Freshness);
    }

    [Fact]
    public void Only_the_latest_challenges_are_remembered()
    {
        for (byte i = 0; i <= LogHistory.KeptChallenges; i++)
        {
            _log.Challenge(i);
        }

        Assert.Equal(LogHistory.KeptChallenges, _log.History.Challenges.Length);
        Assert.Equal(Freshness.Stale, _log.Reading(_sensor, 1, 0, answer: 0).Verdict.Freshness);
        Assert.Equal(Freshness.Fresh, _log.Reading(_sensor, 1, 1, answer: 1).Verdict.Freshness);
    }

    [Fact]
    public void A_refused_reading_answers_nothing()
    {
        _log.Challenge(1);
        byte[] forged = SampleLog.Sign(_sensor, 1, 0, nonce: SampleLog.Nonce(1)).Bytes.ToArray();
        forged[^60] ^= 1;
        _log.Add(EntryKind.Reading, forged);
        Assert.Equal(Freshness.Unproven, _log.Reading(_sensor, 1, 1).Verdict.Freshness);
    }
}
