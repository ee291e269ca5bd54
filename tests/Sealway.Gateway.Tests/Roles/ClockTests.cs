namespace Sealway.Gateway.Tests.Roles;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>A gateway on a board whose clock begins in 1970, is set back, or jumps ahead by years.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private readonly ManualTime _true = new();
    private BoardTime _board = null!;
    private TestFleet _fleet = null!;
    private TestCloud _cloud = null!;
    private Identity _sensor = null!;
    private GatewayOptions _options = null!;

    public async ValueTask InitializeAsync()
    {
        _board = new BoardTime(_true);
        _fleet = await TestFleet.CreateAsync(_true);
        _sensor = await _fleet.SensorAsync("s1");
        _cloud = await TestCloud.StartAsync(_fleet);
        _options = TestGateway.Options(_fleet, _cloud.Address) with { ChallengeEvery = LinkLimits.SendTime / 2, SensorIdle = TimeSpan.FromHours(1) };
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Fact]
    public async Task A_board_that_begins_in_1970_connects_and_its_entries_do_not_go_back()
    {
        await using (TestGateway first = await StartAsync())
        {
            await LogAsync(first, 0);
            await first.StopAsync();
        }

        _board.Off = DateTimeOffset.UnixEpoch - _true.Now;
        await using TestGateway second = await StartAsync();
        await LogAsync(second, 1);
        await _cloud.HoldsReadingsAsync(2);
        await AssertClockNeverFallsAsync();
        Assert.Equal("ward-3/0", second.Role.Log.ToString());
    }

    [Fact]
    public async Task A_new_board_that_begins_in_1970_connects_by_its_own_certificates_beginning()
    {
        _board.Off = DateTimeOffset.UnixEpoch - _true.Now;
        await using TestGateway gateway = await StartAsync();
        await LogAsync(gateway, 0);
        await _cloud.HoldsReadingsAsync(1);
        Assert.True((await _cloud.HeadAsync()).Head.Claims.Seconds > (ulong)_sensor.Certificate.NotBefore.Subtract(DateTime.UnixEpoch).TotalSeconds - 86_400);
    }

    [Fact]
    public async Task When_the_clock_is_set_back_challenges_and_heads_go_on_and_what_gets_old_is_stale()
    {
        // The newest that others have signed is a day old, so that it does not hold the clock.
        _true.Advance(TimeSpan.FromDays(1));
        await using TestGateway gateway = await StartAsync();
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        SensorChallenge challenge = await sensor.SaysAsync<SensorChallenge>();
        await sensor.SendAsync(0, nonce: challenge.Nonce);
        await sensor.StoredAsync(1);
        ulong before = (await _cloud.HeadAsync()).Head.Claims.Seconds;

        _board.Off = TimeSpan.FromDays(-3);
        for (int i = 0; i < 2 * (int)(FreshnessWindow.Milliseconds / 1000 / LinkLimits.SendTime.TotalSeconds) + 2; i++)
        {
            // The writer may set its timer only after the clock was moved: then the next step brings the challenge.
            Task<SensorChallenge> next = sensor.SaysAsync<SensorChallenge>();
            do
            {
                _true.Advance(LinkLimits.SendTime / 2);
            }
            while (await Task.WhenAny(next, Task.Delay(500, TestContext.Current.CancellationToken)) != next);
            await next;
        }

        await sensor.SendAsync(1);
        await sensor.StoredAsync(1);
        await _cloud.HoldsReadingsAsync(2);
        IReadOnlyList<Judged> judged = await _cloud.JudgedAsync();
        Assert.Equal([Freshness.Fresh, Freshness.Stale], judged.Where(one => one.Reading is not null).Select(one => one.Verdict.Freshness));
        await _cloud.UntilAsync(async () => (await _cloud.HeadAsync()).Head.Claims.Seconds >= before + 150);
        await AssertClockNeverFallsAsync();
        Assert.InRange((long)gateway.Health["clockLeadSeconds"], 86_395, 86_405);
    }

    [Fact]
    public async Task When_the_clock_was_ahead_by_years_and_is_corrected_the_same_log_goes_on_and_peers_are_believed_again()
    {
        await using TestGateway gateway = await StartAsync();
        await LogAsync(gateway, 0);

        // By the wrong clock every certificate has expired: nobody new is let in, and nothing that stands is lost.
        await using (TestSensor standing = await gateway.ConnectAsync(_sensor))
        {
            await standing.SaysAsync<SensorChallenge>();
            _board.Off = TimeSpan.FromDays(20_000);
            await standing.SendAsync(1);
            await standing.StoredAsync(1);
            await using TestSensor late = await gateway.ConnectAsync(_sensor);
            await late.Ended.Come();
        }

        _board.Off = TimeSpan.Zero;
        await LogAsync(gateway, 2);
        await _cloud.HoldsReadingsAsync(3);
        Assert.Equal("ward-3/0", gateway.Role.Log.ToString());
        await AssertClockNeverFallsAsync();
    }

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(_fleet, _options, time: _board);

    private async Task LogAsync(TestGateway gateway, uint sequence)
    {
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(sequence);
        await sensor.StoredAsync(1);
    }

    private async Task AssertClockNeverFallsAsync()
    {
        IReadOnlyList<LogEntry> entries = await _cloud.Store.Read(TestCloud.Log(), 0, ulong.MaxValue >> 12, int.MaxValue, Patience.Soon);
        ulong[] clocks = [.. entries.Select(entry => Entry.FromUntrusted(entry.Bytes).At)];
        Assert.Equal(clocks.Order(), clocks);
        Assert.True(clocks[0] > (ulong)DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeMilliseconds());
    }
}
