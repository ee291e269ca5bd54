namespace Sealway.Cli.Inspect;

using System.Globalization;
using Sealway.Messages;

/// <summary>The messages of docs/protocol.md as <see cref="Shape"/>s, in the document's order.</summary>
internal static class Shapes
{
    private static readonly Dictionary<long, string> Algorithms = new() { [-7] = "ES256", [3] = "A256GCM", [45] = "HPKE-7", [53] = "HPKE-7-KE" };

    private static readonly Dictionary<long, string> Kinds = Enum.GetValues<EntryKind>().ToDictionary(kind => (long)kind, kind => Word(kind));

    private static readonly Dictionary<long, string> Roles = Enum.GetValues<Role>().ToDictionary(role => (long)role, role => Word(role));

    private static readonly Dictionary<long, string> Events = Enum.GetValues<EventType>().ToDictionary(type => (long)type, type => Word(type));

    private static readonly Dictionary<long, string> Actions = Enum.GetValues<CommandAction>().ToDictionary(action => (long)action, action => Word(action));

    private static readonly Dictionary<long, string> Refusals = Enum.GetValues<Refusal>().ToDictionary(reason => (long)reason, reason => Word(reason));

    private static readonly Shape Kid = new("kid");

    private static readonly Shape Algorithm = new("algorithm", Words: Algorithms);

    private static readonly Shape Milliseconds = new("time", Describe: value => Instant(value, 1));

    private static readonly Shape Seconds = new("time", Describe: value => Instant(value, 1000));

    private static readonly Shape Claims = new("claims", Labels: new Dictionary<long, Shape>
    {
        [1] = new("log-id"),
        [6] = Seconds.Called("signed at"),
        [7] = new("boot, sequence", Describe: Number),
        [10] = new("nonce"),
        [-65537] = new("size"),
        [-65538] = new("registry size"),
        [-65539] = new("held from"),
    });

    public static readonly Shape Countersignature = new("countersignature", Items:
    [
        new("protected", Embedded: new(null, Labels: new Dictionary<long, Shape> { [1] = Algorithm, [4] = Kid, [15] = Claims })),
        new("unprotected"),
        new("signature"),
    ]);

    private static readonly Shape Header = new("header", Labels: new Dictionary<long, Shape>
    {
        [-4] = new("encapsulated key"),
        [1] = Algorithm,
        [3] = new("content type", Words: new Dictionary<long, string> { [60] = "application/cbor" }),
        [4] = Kid,
        [5] = new("IV"),
        [6] = new("partial IV: step"),
        [11] = new("countersignatures", Items: [Countersignature]),
        [15] = Claims,
        [395] = new("verifiable data structure", Words: new Dictionary<long, string> { [1] = "RFC 9162, SHA-256" }),
        [396] = new("proofs", Labels: new Dictionary<long, Shape>
        {
            [-1] = new("inclusion proofs", Items: [new("inclusion proof", Embedded: new(null, Items: [new("size"), new("index"), new("path")]))]),
        }),
    });

    private static readonly Shape Protected = new("protected", Embedded: Header with { Name = null });

    private static readonly Shape Unprotected = Header.Called("unprotected");

    public static readonly Shape CoseKey = new("COSE_Key", Labels: new Dictionary<long, Shape>
    {
        [1] = new("kty", Words: new Dictionary<long, string> { [2] = "EC2" }),
        [3] = Algorithm,
        [-1] = new("crv", Words: new Dictionary<long, string> { [1] = "P-256" }),
        [-2] = new("x"),
        [-3] = new("y"),
    });

    public static readonly Shape Reading = Sign1("reading", new Shape("SenML pack", Items: [new("measurement", Labels: new Dictionary<long, Shape>
    {
        [0] = new("name"),
        [1] = new("unit"),
        [2] = new("value"),
        [6] = new("time"),
    })]));

    public static readonly Shape Head = new("head", Items: [Protected, Unprotected, new("root"), new("signature")]);

    public static readonly Shape Receipt = new("receipt", Items: [Protected, Unprotected, new("root: what the proofs lead to"), new("signature")]);

    public static readonly Shape Epoch = new("epoch or grant", Items:
    [
        Protected, Unprotected, new("ciphertext"),
        new("recipients", Items: [new("recipient", Items: [Protected, Unprotected, new("wrapped key")])]),
    ]);

    public static readonly Shape Sealed = new("sealed slot", Items: [Protected, Unprotected, new("ciphertext")]);

    public static readonly Shape CommandSlot = new("command slot", Items: [Protected, Unprotected, new("ciphertext")]);

    public static readonly Shape Command = Sign1("command", new("content", Labels: new Dictionary<long, Shape>
    {
        [1] = new("number"),
        [2] = Milliseconds.Called("expiry"),
        [3] = new("size of the member's head"),
        [4] = new("its root"),
        [5] = new("action", Words: Actions),
        [6] = new("room"),
        [7] = new("target, degrees Celsius"),
        [8] = new("member"),
        [9] = new("grant", Embedded: Epoch with { Name = null }),
        [10] = new("registry index"),
        [11] = new("registry entry", Embedded: Entry(EntryKind.Rotate) with { Name = null }),
    }));

    /// <summary>How long before a slot's time its item arrived.</summary>
    public static readonly Shape Before = new("arrived before, ms");

    private static readonly Shape Rollup = new("rollup", Items:
    [
        new("sensor"), new("metric"), Milliseconds.Called("start"), new("length, ms"), new("count"), new("mean"), new("min"), new("max"),
    ]);

    private static readonly Shape AnyEntry = new("entry", Inside: KnownEntry);

    public static readonly Shape Waybill = new("waybill", Items: [new("version"), Evidence("the log's evidence"), Evidence("the registry's evidence")]);

    /// <summary>How a command slot begins: tag 16, an array of three, the protected header { 1: 45 } (docs/protocol.md section 10).</summary>
    public static ReadOnlySpan<byte> CommandSlotBeginning => [0xD0, 0x83, 0x44, 0xA1, 0x01, 0x18, 0x2D];

    /// <summary>An entry; its body by its kind.</summary>
    public static Shape Entry(EntryKind kind) => new("entry", Items: [new("kind", Words: Kinds), Milliseconds.Called("at"), Body(kind).Called("body")]);

    /// <summary>An event; what follows type and salt by its type.</summary>
    public static Shape Event(EventType type)
    {
        Dictionary<long, Shape> labels = new() { [1] = new("type", Words: Events), [2] = new("salt") };
        Shape[] fields = type switch
        {
            EventType.Generation => [new("reason"), new("previous log-id"), new("its size"), new("its root")],
            EventType.Start => [new("software")],
            EventType.Challenge => [new("nonce")],
            EventType.AlarmRaised or EventType.AlarmCleared => [new("rule"), new("sensor"), new("metric"), new("value")],
            EventType.Refused => [new("counts by reason", Labels: Refusals.ToDictionary(reason => reason.Key, reason => new Shape(reason.Value)))],
            EventType.Lost => [new("count"), Milliseconds.Called("first arrival"), Milliseconds.Called("last arrival")],
            EventType.InForce => [new("registry size")],
            EventType.Heating => [new("room"), new("on"), new("target, degrees Celsius")],
            EventType.CommandDone => [new("hash of the command"), new("outcome", Words: Refusals)],
            EventType.Labels => [new("labels")],
            EventType.EpochBegan => [new("hash of the epoch's key")],
            _ => [],
        };
        for (int i = 0; i < fields.Length; i++)
        {
            labels[3 + i] = fields[i];
        }

        return new("event", Labels: labels);
    }

    /// <summary>What is in a slot.</summary>
    public static Shape Item(SlotItem item) => item.Reading is not null ? Reading : item.Event is { } known ? Event(known.Type) : Rollup;

    public static Shape Statement(EntryKind kind) => Sign1("statement", new(Word(kind), Labels: kind switch
    {
        EntryKind.Enrol => new Dictionary<long, Shape> { [1] = CoseKey, [2] = new("role", Words: Roles), [3] = new("name"), [4] = new("model"), [5] = new("X.509 certificate"), [6] = CoseKey.Called("HPKE key") },
        EntryKind.Assign => new Dictionary<long, Shape> { [1] = Kid, [2] = new("gateway"), [3] = new("subject"), [4] = Milliseconds.Called("since"), [5] = new("archive") },
        EntryKind.Revoke => new Dictionary<long, Shape> { [1] = Kid, [2] = Milliseconds.Called("since"), [3] = new("reason"), [4] = new("last that counts") },
        EntryKind.Status => new Dictionary<long, Shape> { [1] = Milliseconds.Called("through"), [2] = new("revoked"), [3] = new("page") },
        EntryKind.Rotate => new Dictionary<long, Shape> { [1] = Kid.Called("old kid"), [2] = CoseKey, [3] = Milliseconds.Called("since"), [4] = new("last that counts"), [6] = CoseKey.Called("HPKE key") },
        EntryKind.Erase => new Dictionary<long, Shape> { [1] = new("log-id"), [2] = new("first index"), [3] = new("reason"), [4] = new("last index") },
        _ => [],
    }));

    /// <summary>A message of the follow protocol.</summary>
    public static Shape Follow(FollowMessage message) => message switch
    {
        Append => new("append", Items: [new("kind"), new("log-id"), new("from"), new("entries", Items: [AnyEntry]), new("head", Embedded: Head with { Name = null }), new("countersignatures", Items: [Countersignature])]),
        Held => new("held", Items: [new("kind"), new("log-id"), new("size"), new("head and countersignatures", Items: [new("head", Embedded: Head with { Name = null }), new("countersignatures", Items: [Countersignature])])]),
        EntriesRequest => new("entries wanted", Items: [new("kind"), new("log-id"), new("from"), new("to")]),
        HeadRequest => new("head wanted", Items: [new("kind"), new("log-id")]),
        News => new("news", Items: [new("kind"), new("log-id"), new("size")]),
        StartRequest => new("start wanted", Items: [new("kind"), new("log-id")]),
        Start => new("start", Items: [new("kind"), new("log-id"), new("frontier", Items: [new("hash")]), new("head", Embedded: Head with { Name = null }), new("countersignatures", Items: [Countersignature])]),
        Messages.CommandSlot => new("command slot", Items: [new("kind"), new("log-id"), new("slot", Embedded: CommandSlot with { Name = null })]),
        _ => new("another message"),
    };

    /// <summary>What a gateway says to a sensor.</summary>
    public static Shape SensorLink(SensorLinkMessage message) => message switch
    {
        SensorChallenge => new("challenge", Items: [new("kind"), new("nonce")]),
        StoredReadings => new("stored", Items: [new("kind"), new("numbers", Items: [new("boot, sequence", Describe: Number)])]),
        RefusedReading => new("refused", Items: [new("kind"), new("boot, sequence", Describe: Number), new("reason", Words: Refusals)]),
        _ => new("another message"),
    };

    /// <summary>An enumeration's name in words.</summary>
    public static string Word(Enum value) => string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : string.Empty) + char.ToLowerInvariant(c) : c.ToString()));

    private static Shape Body(EntryKind kind) => kind switch
    {
        EntryKind.Reading => new(null, Embedded: Reading with { Name = null }),
        EntryKind.Sealed => new(null, Embedded: Sealed with { Name = null }),
        EntryKind.Epoch or EntryKind.Grant => new(null, Embedded: Epoch with { Name = null }),
        EntryKind.Event => new(null, Inside: KnownEvent),
        EntryKind.Enrol or EntryKind.Assign or EntryKind.Revoke or EntryKind.Status or EntryKind.Rotate or EntryKind.Erase => new(null, Embedded: Statement(kind) with { Name = null }),
        _ => Shape.Unknown,
    };

    // An entry is taken whatever its body says: what is no event is shown as CBOR.
    private static Shape KnownEvent(byte[] bytes)
    {
        try
        {
            return Event(GatewayEvent.FromUntrusted(bytes).Type) with { Name = null };
        }
        catch (MessageException)
        {
            return Shape.Unknown;
        }
    }

    // An entry, or in its place its leaf hash.
    private static Shape? KnownEntry(byte[] bytes)
    {
        try
        {
            return Entry(Messages.Entry.FromUntrusted(bytes).Kind) with { Name = null };
        }
        catch (MessageException)
        {
            return null;
        }
    }

    private static Shape Sign1(string name, Shape payload) =>
        new(name, Items: [Protected, Unprotected, new("payload", Embedded: payload), new("signature")]);

    private static Shape Evidence(string name) => new(name, Items:
    [
        new("receipt", Embedded: Receipt with { Name = null }),
        new("entries", Items: [AnyEntry]),
    ]);

    private static string? Number(object value) => value is byte[] { Length: ReadingNumber.Size } bytes ? ReadingNumber.FromBytes(bytes).ToString() : null;

    private static string? Instant(object value, long unit) => value is ulong number && number <= 253_402_300_799_999UL / (ulong)unit
        ? DateTimeOffset.FromUnixTimeMilliseconds((long)number * unit).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)
        : null;
}
