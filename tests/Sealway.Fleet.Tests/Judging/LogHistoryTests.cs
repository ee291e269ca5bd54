namespace Sealway.Fleet.Tests.Judging;

using CsCheck;

using Sealway.Messages;

using Xunit;

public sealed class LogHistoryTests
{
    private static readonly LogHistory Rich = MakeRich();

    [Fact]
    public void A_history_comes_back_from_its_bytes()
    {
        foreach (LogHistory history in new[] { LogHistory.Beginning, LogHistory.Joined, Rich })
        {
            LogHistory again = LogHistory.FromBytes(history.ToBytes());
            Assert.Equal(history.ToBytes(), again.ToBytes());
            Assert.Equal((history.IsWhole, history.Form, history.LastAt, history.InForce), (again.IsWhole, again.Form, again.LastAt, again.InForce));
            Assert.Equal(history.Challenges, again.Challenges);
            Assert.Equal(history.Epochs, again.Epochs);
            Assert.Equal(history.Sensors, again.Sensors);
        }
    }

    [Fact]
    public void A_sensor_takes_65_bytes()
    {
        SampleFleet fleet = new();
        SampleLog log = new(fleet);
        int before = log.History.ToBytes().Length;
        SigningKey sensor = fleet.Sensor();
        log.InForce();
        log.Challenge(1);
        log.Reading(sensor, 1, 0, answer: 1);
        Assert.Equal(before + 16 + 65, log.History.ToBytes().Length);
    }

    [Fact]
    public void A_history_that_was_cut_or_lengthened_is_refused()
    {
        byte[] bytes = Rich.ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<MessageException>(() => LogHistory.FromBytes(bytes.AsSpan(0, length)));
        }

        Assert.Equal(Refusal.TrailingBytes, Assert.Throws<MessageException>(() => LogHistory.FromBytes([.. bytes, 0])).Reason);
    }

    [Fact]
    public void What_parses_writes_the_same_bytes_again() => Gen.Select(Gen.Int[0, Rich.ToBytes().Length - 1], Gen.Byte).Sample((at, value) =>
    {
        byte[] bytes = Rich.ToBytes();
        bytes[at] = value;
        try
        {
            return LogHistory.FromBytes(bytes).ToBytes().AsSpan().SequenceEqual(bytes);
        }
        catch (MessageException)
        {
            return true;
        }
    });

    private static LogHistory MakeRich()
    {
        SampleFleet fleet = new();
        SigningKey[] sensors = [fleet.Sensor(), fleet.Sensor(), fleet.Sensor()];
        SampleLog log = new(fleet);
        using EpochKey key = EpochKey.Generate();
        log.Challenge(1);
        log.Challenge(2);
        LogHistory history = log.History;
        for (uint i = 0; i < sensors.Length; i++)
        {
            Reading reading = SampleLog.Sign(sensors[i], 1, i, nonce: i == 0 ? default : SampleLog.Nonce((byte)i));
            history = history.After(log.At, reading, Judge.JudgeReading(fleet.Log, log.At, reading, history, fleet.View));
        }

        Judged epoch = Judge.JudgeEntry(fleet.Log, 9, Entry.Create(EntryKind.Epoch, log.At, Epoch.Create(fleet.Log, key, 1, [])).Bytes, history, fleet.View);
        Assert.True(epoch.Verdict.IsValid);
        return history.After(epoch);
    }
}
