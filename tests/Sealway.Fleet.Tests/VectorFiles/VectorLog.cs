namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>The log of a ward's gateway, entry by entry, right or wrong; a second for each.</summary>
internal sealed class VectorLog
{
    public const ulong Start = VectorRegistry.Start + 100_000;

    public PaperTree Tree { get; init; } = new();

    public ulong At { get; set; } = Start;

    public int Size => Tree.Entries.Count;

    public static byte[] Nonce(byte first) => [first, 1, 2, 3, 4, 5, 6, 7];

    /// <summary>Entries 0 to 10: the beginning, the registry in force, a challenge, readings of two sensors, an alarm.</summary>
    public static VectorLog Ward(ulong inForce = 13)
    {
        VectorLog log = new();
        log.Event(new GenerationEvent("new"));
        log.Event(new StartEvent("sealway"));
        log.Event(new InForceEvent(inForce));
        log.Event(new ChallengeEvent(Nonce(9)));
        log.Reading("sensor", 1, 0, 72, answer: 9);
        log.Reading("sensor", 1, 1, 73);
        log.Reading("other-sensor", 1, 0, 64);
        log.Reading("sensor", 1, 2, 141);
        log.Event(new AlarmEvent(true, "hr over 130", VectorKeys.Kid("sensor"), "hr", Number.From(141L)));
        log.Reading("sensor", 1, 4, 74);
        log.Reading("sensor", 2, 0, 75);
        return log;
    }

    public int Event(GatewayEvent statement) => Add(EntryKind.Event, statement.ToArray());

    public int Reading(string sensor, uint boot, uint sequence, long value, byte? answer = null) => Add(EntryKind.Reading, Signed(sensor, boot, sequence, value, answer));

    public static byte[] Signed(string sensor, uint boot, uint sequence, long value, byte? answer = null) => Messages.Reading
        .Sign(VectorKeys.Signer(sensor), new ReadingNumber(boot, sequence), [new Measurement("hr", "beat/min", Number.From(value))], answer is { } first ? Nonce(first) : default)
        .Bytes.ToArray();

    public int Add(EntryKind kind, byte[] body) => Put(Entry.Create(kind, At, body).Bytes.ToArray());

    /// <summary>Adds an entry's bytes and gives its index; the clock goes on by a second.</summary>
    public int Put(byte[] entry)
    {
        Tree.Entries.Add(entry);
        At += 1000;
        return Size - 1;
    }

    /// <summary>The same log up to a size, to go on otherwise.</summary>
    public VectorLog Copy(int size) => new() { Tree = Tree.Copy(size), At = Start + ((ulong)size * 1000) };
}
