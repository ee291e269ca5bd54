namespace Sealway.Messages.Tests;

using System.Globalization;
using Xunit;

/// <summary>What a reading takes on the air, and what signing, logging and sealing add to it: the figures of docs/protocol.md.</summary>
public class ReadingSizeTests
{
    private static readonly (string Name, string? Unit, string Value)[] InUse =
    [
        ("hr", "beat/min", "131"), ("pulse", "beat/min", "131"), ("resp", "1/min", "14"), ("spo2", "%", "97"), ("temp", "Cel", "36.6"), ("nisys", "mmHg", "131"), ("nidia", "mmHg", "81"),
        ("sys", "mmHg", "131"), ("dia", "mmHg", "81"), ("map", "mmHg", "93"), ("rh", "%RH", "45.3"), ("co2", "ppm", "1213"), ("light", "lx", "572.5"), ("occupied", null, "1"),
    ];

    [Fact]
    public void A_signed_reading_of_one_value_fits_128_bytes()
    {
        Assert.Equal(14, InUse.Length);
        foreach ((string name, string? unit, string value) in InUse)
        {
            Assert.InRange(Size(name, unit, value, answer: false), 1, 120);

            // The one that does not fit with the answer to a challenge, by a byte.
            Assert.InRange(Size(name, unit, value, answer: true), 1, name == "pulse" ? 129 : 128);
        }
    }

    [Theory]
    [InlineData("hr", "beat/min", "72", 116, 126)]
    [InlineData("spo2", "%", "97", 111, 121)]
    [InlineData("temp", "Cel", "36.6", 117, 127)]
    [InlineData("occupied", null, "1", 111, 121)]
    public void A_reading_takes_as_many_bytes_as_the_protocol_says(string name, string? unit, string value, int alone, int answering)
    {
        Assert.Equal(alone, Size(name, unit, value, answer: false));
        Assert.Equal(answering, Size(name, unit, value, answer: true));
    }

    [Fact]
    public void A_time_since_the_measurement_adds_at_most_six_bytes_within_a_day()
    {
        Number late = Number.From(-86_399);
        Assert.Equal(117 - 1 + 1 + 6, ValidMessages.Reading(1, new Measurement("hr", "beat/min", Number.From(72), late)).Bytes.Length);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(100)]
    public void Signing_logging_and_sealing_add_less_than_104_bytes_to_a_payload_from_16_readings_a_slot_on(int readings)
    {
        Reading reading = ValidMessages.Reading(uint.MaxValue, new Measurement("temp", "Cel", Number.From(36.6m)));
        int payload = reading.Signed.Payload.Length;
        SlotBuilder filled = new(Limits.LargestSlotBytes);
        for (int i = 0; i < readings; i++)
        {
            // A slot a minute: an arrival is at most 59,999 ms before the slot's time.
            Assert.True(filled.TryAdd(reading, 59_999));
        }

        using Sealer sealer = new(LogId.Parse(ValidMessages.Home), EpochKey.Generate());
        byte[] body = sealer.Seal(filled.Plaintext[..filled.Used]);
        int entry = Entry.Create(EntryKind.Sealed, ValidMessages.At, body).Bytes.Length;
        double added = ((double)entry / readings) - payload;
        Assert.InRange(added, 90, 104 - 0.001);
    }

    [Fact]
    public void Each_part_adds_what_the_protocol_says()
    {
        Reading reading = ValidMessages.Reading(1, new Measurement("temp", "Cel", Number.From(36.6m)));
        Reading answering = ValidMessages.Reading(1, new Measurement("temp", "Cel", Number.From(36.6m)), answer: true);
        Assert.Equal(20, reading.Signed.Payload.Length);
        Assert.Equal(25, reading.Signed.Protected.Length);
        Assert.Equal(35, answering.Signed.Protected.Length);
        Assert.Equal(20 + 97, reading.Bytes.Length);
        Assert.Equal(20 + 107, answering.Bytes.Length);

        // Open: the entry around a reading.
        Assert.Equal(reading.Bytes.Length + 13, Entry.Create(EntryKind.Reading, ValidMessages.At, reading.Bytes).Bytes.Length);

        // Sealed: COSE_Encrypt0 and its entry around a slot of 2,048 bytes, whatever is in it.
        using Sealer sealer = new(LogId.Parse(ValidMessages.Home), EpochKey.Generate());
        byte[] body = sealer.Seal(new byte[2_048]);
        Assert.Equal(2_048 + 36, body.Length);
        Assert.Equal(body.Length + 14, Entry.Create(EntryKind.Sealed, ValidMessages.At, body).Bytes.Length);
    }

    [Fact]
    public void Heads_countersignatures_epochs_and_receipts_take_what_the_protocol_says()
    {
        Head head = ValidMessages.Head(size: 81_304, registrySize: 40);
        Assert.Equal(157, head.Bytes.Length);
        Assert.Equal(103, ValidMessages.Countersign(head).ToArray().Length);
        using EpochKey key = EpochKey.Generate();
        Assert.Equal(1_088, Epoch.Create(LogId.Parse(ValidMessages.Home), key, 40, [Parties.Agreement("member-0").PublicKey]).Length);
    }

    [Fact]
    public void A_receipt_in_a_log_of_a_million_entries_takes_what_the_protocol_says()
    {
        ReadOnlyMemory<byte>[] path = [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(ValidMessages.Hash(1), 20)];
        Assert.Equal(825, Receipt.Create(ValidMessages.Head(size: 1_000_000, registrySize: 40), [], [new InclusionProof(1_000_000, 500_000, path)]).ToArray().Length);
    }

    private static int Size(string name, string? unit, string value, bool answer) =>
        ValidMessages.Reading(uint.MaxValue, new Measurement(name, unit, Number.From(decimal.Parse(value, CultureInfo.InvariantCulture))), answer).Bytes.Length;
}
