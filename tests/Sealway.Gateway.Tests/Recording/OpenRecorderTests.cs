namespace Sealway.Gateway.Tests.Recording;

using Sealway.Fleet;
using Sealway.Messages;
using Xunit;

public class OpenRecorderTests
{
    [Fact]
    public void What_does_not_fit_one_append_comes_with_the_next_in_order()
    {
        OpenRecorder recorder = new();
        for (uint i = 0; i < Limits.AppendEntries + 1; i++)
        {
            recorder.Event(new InForceEvent(i), i);
        }

        Batch first = recorder.Take(5_000);
        Batch second = recorder.Take(5_000);

        Assert.Equal((Limits.AppendEntries, 1), (first.Entries.Count, second.Entries.Count));
        Assert.Equal(first.Entries.Count, first.Stored.Count);
        Assert.Equal(new InForceEvent(Limits.AppendEntries).RegistrySize, ((InForceEvent)second.Stored[0].Event!).RegistrySize);
        Assert.True(recorder.Take(5_000).IsEmpty);
    }

    [Fact]
    public void The_largest_readings_stay_within_an_appends_bytes()
    {
        using SigningKey key = SigningKey.Generate();
        Measurement[] measurements = [.. Enumerable.Range(0, Limits.Measurements).Select(i => new Measurement("measurement-with-a-long-name-" + (i % 10), "a-unit-with-a-long-name", Number.From(0.1 + i), Number.From(-0.1)))];
        Reading reading = Reading.Sign(key, new(1, 1), measurements);
        OpenRecorder recorder = new();
        for (int i = 0; i < 1_000; i++)
        {
            recorder.Reading(new AcceptedReading(reading, 1, default(Verdict), "patient"));
        }

        int entries = 0;
        for (Batch batch = recorder.Take(1); !batch.IsEmpty; batch = recorder.Take(1))
        {
            Assert.True(batch.Entries.Sum(entry => entry.Bytes.Length) <= Limits.AppendEntryBytes);
            entries += batch.Entries.Count;
        }

        Assert.Equal(1_000, entries);
    }
}
