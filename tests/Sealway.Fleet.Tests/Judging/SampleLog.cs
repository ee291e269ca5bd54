namespace Sealway.Fleet.Tests.Judging;

using Sealway.Messages;

/// <summary>Writes a log's entries, one after the other, and judges them as it goes; the clock stands still unless told.</summary>
public sealed class SampleLog
{
    public SampleLog(SampleFleet fleet, bool stateInForce = true)
    {
        Fleet = fleet;
        Event(new GenerationEvent("first"));
        if (stateInForce)
        {
            InForce();
        }
    }

    public SampleFleet Fleet { get; }

    public LogId Log => Fleet.Log;

    public ulong At { get; set; } = SampleFleet.Start;

    public List<byte[]> Entries { get; } = [];

    public LogHistory History { get; private set; } = LogHistory.Beginning;

    /// <summary>The registry that the entries are judged with; the fleet's newest if null.</summary>
    public RegistryView? View { get; set; }

    public static Reading Sign(SigningKey sensor, uint boot, uint sequence, double value = 80, ReadOnlySpan<byte> nonce = default) =>
        Messages.Reading.Sign(sensor, new ReadingNumber(boot, sequence), [new Measurement("hr", "beat/min", Number.From(value))], nonce);

    public static byte[] Nonce(byte seed) => [seed, 1, 2, 3, 4, 5, 6, 7];

    public Judged Add(ReadOnlyMemory<byte> bytes)
    {
        Judged judged = Judge.JudgeEntry(Log, (ulong)Entries.Count, bytes, History, View ?? Fleet.View);
        Entries.Add(bytes.ToArray());
        History = History.After(judged);
        return judged;
    }

    public Judged Add(EntryKind kind, ReadOnlyMemory<byte> body) => Add(Entry.Create(kind, At, body).Bytes);

    public Judged Event(GatewayEvent statement) => Add(EntryKind.Event, statement.ToArray());

    public Judged InForce(ulong? size = null) => Event(new InForceEvent(size ?? Fleet.Registry.Size));

    public Judged Challenge(byte seed) => Event(new ChallengeEvent(Nonce(seed)));

    public Judged Reading(Reading reading) => Add(EntryKind.Reading, reading.Bytes);

    public Judged Reading(SigningKey sensor, uint boot, uint sequence, double value = 80, byte? answer = null) =>
        Reading(Sign(sensor, boot, sequence, value, answer is { } seed ? Nonce(seed) : default));
}
