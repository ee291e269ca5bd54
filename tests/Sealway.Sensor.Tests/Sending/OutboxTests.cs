namespace Sealway.Sensor.Tests.Sending;

using Sealway.Messages;
using Sealway.Sensor.Numbers;
using Sealway.Sensor.Sampling;
using Sealway.Sensor.Sending;
using Sealway.Sensor.Tests.Sampling;
using Xunit;

public sealed class OutboxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly SensorCounter _counter;

    public OutboxTests()
    {
        SensorCounter.Create(_folder["counter"]);
        _counter = SensorCounter.Open(_folder["counter"]);
    }

    public void Dispose()
    {
        _counter.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_value_is_a_reading_of_its_own_within_128_bytes()
    {
        // The longest numbers of the recordings: beats are counted, the others measured.
        static decimal Longest(Metric metric) => metric.Unit is "beat/min" ? 217m : metric.Unit is "lx" or "ppm" ? 572.666666666667m : 91.93333333m;
        Outbox outbox = Open();
        outbox.Add(new Sample(TimeSpan.Zero, [.. Metric.All.Select(metric => new MetricValue(metric, Longest(metric)))]));
        List<Reading> readings = SignAll(outbox);
        Assert.Equal(Metric.All.Count, readings.Count);
        Assert.All(readings, reading =>
        {
            reading.Verify(_key.PublicKey);
            Assert.InRange(reading.Bytes.Length, 1, 128);
            Assert.Null(Assert.Single(reading.Measurements).Time);
        });
        Assert.Equal(Metric.All.Select(metric => (metric.Name, metric.Unit)), readings.Select(reading => (reading.Measurements[0].Name, reading.Measurements[0].Unit)));
        Assert.Equal(Enumerable.Range(0, readings.Count).Select(i => new ReadingNumber(1, (uint)i)), readings.Select(reading => reading.Number));
    }

    [Fact]
    public void A_whole_sample_may_be_one_reading()
    {
        Outbox outbox = Open(whole: true);
        outbox.Add(At(61, 99));
        Assert.Equal(["61", "99"], Assert.Single(SignAll(outbox)).Measurements.Select(measurement => measurement.Value.ToString()));
    }

    [Fact]
    public void What_is_signed_late_says_when_it_was_measured()
    {
        Outbox outbox = Open();
        outbox.Add(At(61));
        _time.Advance(TimeSpan.FromSeconds(999.9994));
        outbox.Add(At(62));
        Assert.Equal(["-999.999", null], SignAll(outbox).Select(reading => reading.Measurements[0].Time?.ToString()));
    }

    [Fact]
    public void A_challenge_is_answered_once_by_the_next_reading()
    {
        Outbox outbox = Open();
        byte[] nonce = [1, 2, 3, 4, 5, 6, 7, 8];
        outbox.Handle(new SensorChallenge(nonce));
        byte[] newer = [2, 2, 3, 4, 5, 6, 7, 8];
        outbox.Handle(new SensorChallenge(newer));
        nonce[0] = newer[0] = 9;
        outbox.Add(At(61, 99));
        Assert.Equal(["0202030405060708", null], SignAll(outbox).Select(reading => reading.Nonce is { } answer ? Convert.ToHexString(answer.Span) : null));
    }

    [Fact]
    public void Sent_readings_stay_with_their_bytes_until_stored_or_refused()
    {
        Outbox outbox = Open();
        outbox.Add(At(61, 99));
        outbox.Add(At(62));
        List<Reading> readings = SignAll(outbox);
        Assert.Equal(readings.Select(reading => Convert.ToHexString(reading.Bytes.Span)), outbox.NotStored().Select(bytes => Convert.ToHexString(bytes.Span)));
        outbox.Handle(new StoredReadings([new(1, 1), new(1, 1), new(7, 7)]));
        outbox.Handle(new RefusedReading(new(1, 0), Refusal.Revoked));
        outbox.Handle(new RefusedReading(new(1, 0), Refusal.Revoked));
        Assert.Equal(Convert.ToHexString(readings[2].Bytes.Span), Convert.ToHexString(Assert.Single(outbox.NotStored()).Span));
        SensorHealth health = outbox.Health(true, 1);
        Assert.Equal((3L, 1L, 1L, 1, 1L), (health.Sent, health.Stored, health.Refused, health.UnderWay, health.RefusedBy[Refusal.Revoked]));
    }

    [Fact]
    public void A_full_window_waits_and_a_full_queue_drops_its_oldest()
    {
        Outbox outbox = Open(window: 2, waiting: 3);
        for (int value = 60; value < 68; value++)
        {
            outbox.Add(At(value));
        }

        Assert.Equal((5L, 3), (outbox.Health(false, 0).Dropped, outbox.Health(false, 0).Waiting));
        Assert.Equal(["65", "66"], SignAll(outbox).Select(reading => reading.Measurements[0].Value.ToString()));
        outbox.Handle(new StoredReadings([new(1, 0)]));
        Assert.Equal(["67"], SignAll(outbox).Select(reading => reading.Measurements[0].Value.ToString()));
    }

    [Fact]
    public void A_value_that_no_reading_can_say_is_left_out()
    {
        Outbox outbox = Open();
        byte[] nonce = [1, 2, 3, 4, 5, 6, 7, 8];
        outbox.Handle(new SensorChallenge(nonce));
        outbox.Add(At(decimal.MaxValue, 61));
        Reading reading = Assert.Single(SignAll(outbox));
        Assert.Equal((1L, 1L), (outbox.Health(true, 1).Sent, outbox.Health(true, 1).Dropped));
        Assert.Equal(nonce, reading.Nonce!.Value.ToArray());
    }

    [Fact]
    public async Task It_is_empty_when_nothing_waits_and_all_is_stored()
    {
        Outbox outbox = Open();
        await outbox.WhenEmpty();
        outbox = Open();
        outbox.Add(At(61));
        Task empty = outbox.WhenEmpty();
        Assert.Single(SignAll(outbox));
        Assert.False(empty.IsCompleted);
        outbox.Handle(new StoredReadings([new(1, 0)]));
        await empty;
    }

    private static Sample At(params decimal[] values) =>
        new(TimeSpan.Zero, [.. values.Select((value, i) => new MetricValue(i == 0 ? Metric.HeartRate : Metric.OxygenSaturation, value))]);

    private static List<Reading> SignAll(Outbox outbox)
    {
        List<Reading> readings = [];
        while (outbox.TrySign(out ReadOnlyMemory<byte> bytes))
        {
            readings.Add(Reading.FromUntrusted(bytes));
        }

        return readings;
    }

    private Outbox Open(bool whole = false, int window = 1_000, int waiting = 1_000) => new(
        new SensorOptions
        {
            Name = "s",
            Signer = _key,
            CounterFile = _folder["counter"],
            Connect = _ => throw new InvalidOperationException(),
            Source = _ => throw new InvalidOperationException(),
            WholeSamples = whole,
            Window = window,
            Waiting = waiting,
        },
        _counter,
        _time);
}
