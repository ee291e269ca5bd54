namespace Sealway.Sensor.Tests.Ledgers;

using System.Security.Cryptography;
using Sealway.Messages;
using Sealway.Sensor.Ledgers;
using Sealway.Sensor.Numbers;
using Sealway.Sensor.Sampling;
using Sealway.Sensor.Sending;
using Sealway.Sensor.Tests.Sampling;
using Xunit;

public sealed class SensorLedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Generate();

    private string File => _folder["ledger"];

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_signed_is_written_down_before_it_can_be_sent_and_what_is_answered_after()
    {
        SensorCounter.Create(_folder["counter"]);
        using SensorCounter counter = SensorCounter.Open(_folder["counter"]);
        using SensorLedger ledger = SensorLedger.Open(File);
        Outbox outbox = new(Options(), counter, new ManualTime(), ledger);
        outbox.Add(new Sample(TimeSpan.Zero, [new MetricValue(Metric.HeartRate, 61), new MetricValue(Metric.OxygenSaturation, 98)]));
        Assert.Empty(SensorLedger.Read(File));

        Assert.True(outbox.TrySign(out ReadOnlyMemory<byte> first));
        LedgerLine signed = Assert.Single(SensorLedger.Read(File));
        Assert.Equal((LedgerWord.Signed, _key.PublicKey.Kid, new ReadingNumber(1, 0)), (signed.Word, signed.Kid, signed.Number));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(first.Span)), signed.Hash);

        Assert.True(outbox.TrySign(out ReadOnlyMemory<byte> second));
        outbox.Handle(new StoredReadings([new(1, 0), new(1, 0), new(9, 9)]));
        outbox.Handle(new RefusedReading(new(1, 1), Refusal.Revoked));
        Assert.Equal(
            [(LedgerWord.Signed, 0u), (LedgerWord.Signed, 1u), (LedgerWord.Stored, 0u), (LedgerWord.Refused, 1u)],
            SensorLedger.Read(File).Select(line => (line.Word, line.Number.Sequence)));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(second.Span)), SensorLedger.Read(File)[^1].Hash);
    }

    [Fact]
    public void A_reading_that_cannot_be_written_down_is_not_sent()
    {
        SensorCounter.Create(_folder["counter"]);
        using SensorCounter counter = SensorCounter.Open(_folder["counter"]);
        SensorLedger ledger = SensorLedger.Open(File);
        ledger.Dispose();
        Outbox outbox = new(Options(), counter, new ManualTime(), ledger);
        outbox.Add(new Sample(TimeSpan.Zero, [new MetricValue(Metric.HeartRate, 61)]));
        Assert.Throws<ObjectDisposedException>(() => outbox.TrySign(out _));
    }

    [Fact]
    public void A_ledger_cut_at_any_byte_keeps_its_whole_lines_and_goes_on()
    {
        LedgerLine[] lines = [.. Enumerable.Range(0, 3).Select(i => Line((uint)i))];
        Write(lines);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        int each = whole.Length / lines.Length;
        for (int cut = 0; cut <= whole.Length; cut++)
        {
            foreach (byte[] torn in new[] { whole[..cut], [.. whole[..cut], .. new byte[(whole.Length - cut) / 2]] })
            {
                System.IO.File.WriteAllBytes(File, torn);
                Write([Line(7)]);
                Assert.Equal([.. lines[..(cut / each)], Line(7)], SensorLedger.Read(File));
            }
        }
    }

    [Fact]
    public void A_file_that_is_no_ledger_is_neither_cut_nor_written()
    {
        foreach (string text in new[] { "{ }", "signed\n", new string('x', 5000), "stored " + new string('0', 200) })
        {
            System.IO.File.WriteAllText(File, text);
            LedgerException refused = Assert.Throws<LedgerException>(() => SensorLedger.Open(File));
            Assert.Equal(File, refused.File);
            Assert.Equal(text, System.IO.File.ReadAllText(File));
        }
    }

    [Fact]
    public void A_damaged_line_before_the_end_is_told_with_its_place()
    {
        Write([Line(0), Line(1), Line(2)]);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        int each = bytes.Length / 3;
        for (int i = 0; i < each; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[each + i] ^= 0x80;
            System.IO.File.WriteAllBytes(File, damaged);
            Assert.Contains("line 2", Assert.Throws<LedgerException>(() => SensorLedger.Read(File)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_second_sensor_is_kept_out()
    {
        using (SensorLedger first = SensorLedger.Open(File))
        {
            Assert.Throws<LedgerException>(() => SensorLedger.Open(File));
        }

        SensorLedger.Open(File).Dispose();
    }

    private void Write(LedgerLine[] lines)
    {
        using SensorLedger ledger = SensorLedger.Open(File);
        ledger.Answered(lines);
    }

    private LedgerLine Line(uint sequence) => LedgerLine.Of(LedgerWord.Signed, _key.PublicKey.Kid, new ReadingNumber(1, sequence), [1, 2, 3]);

    private SensorOptions Options() => new()
    {
        Name = "s",
        Signer = _key,
        CounterFile = _folder["counter"],
        Connect = _ => throw new InvalidOperationException(),
        Source = _ => throw new InvalidOperationException(),
    };
}
