namespace Sealway.Sensor.Tests.Sampling;

using Sealway.Sensor.Sampling;
using Xunit;

public sealed class PaceTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Sample At(double seconds) => new(TimeSpan.FromSeconds(seconds), [new MetricValue(Metric.HeartRate, 60)]);

    [Fact]
    public async Task The_first_sample_is_due_at_once_and_the_others_at_the_sources_spacing_over_the_speed()
    {
        await using IAsyncEnumerator<Sample> samples = new Pace(_time, 10).Replay([At(100), At(110), At(110), At(140)], Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await samples.MoveNextAsync());
        ValueTask<bool> second = samples.MoveNextAsync();
        Assert.Equal(TimeSpan.FromSeconds(1), await _time.Asked());
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await second);
        Assert.True(await samples.MoveNextAsync());
        ValueTask<bool> fourth = samples.MoveNextAsync();
        Assert.Equal(TimeSpan.FromSeconds(3), await _time.Asked());
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(await fourth);
        Assert.False(await samples.MoveNextAsync());
        Assert.Equal(1, _time.TimersMade);
    }

    [Fact]
    public async Task What_is_late_is_handed_out_at_once_and_the_rest_stays_on_time()
    {
        await using IAsyncEnumerator<Sample> samples = new Pace(_time).Replay([At(0), At(1), At(2), At(10)], Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await samples.MoveNextAsync());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await samples.MoveNextAsync());
        Assert.True(await samples.MoveNextAsync());
        ValueTask<bool> last = samples.MoveNextAsync();
        Assert.Equal(TimeSpan.FromSeconds(5), await _time.Asked());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await last);
    }

    [Fact]
    public async Task A_hole_is_cut_to_the_longest_wait()
    {
        await using IAsyncEnumerator<Sample> samples = new Pace(_time, 1, TimeSpan.FromSeconds(2)).Replay([At(0), At(86_400)], Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await samples.MoveNextAsync());
        ValueTask<bool> second = samples.MoveNextAsync();
        Assert.Equal(TimeSpan.FromSeconds(2), await _time.Asked());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await second);
    }

    [Fact]
    public async Task Infinite_speed_does_not_wait()
    {
        int count = 0;
        await foreach (Sample _ in new Pace(_time, double.PositiveInfinity).Replay(Enumerable.Range(0, 1_000).Select(i => At(i * 60)), Cancel))
        {
            count++;
        }

        Assert.Equal(1_000, count);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using CancellationTokenSource stop = new();
        await using IAsyncEnumerator<Sample> samples = new Pace(_time).Replay([At(0), At(60)], stop.Token).GetAsyncEnumerator(Cancel);
        Assert.True(await samples.MoveNextAsync());
        ValueTask<bool> second = samples.MoveNextAsync();
        await _time.Asked();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_speed_is_greater_than_zero(double speed) => Assert.Throws<ArgumentOutOfRangeException>(() => new Pace(_time, speed));
}
