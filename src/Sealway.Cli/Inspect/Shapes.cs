namespace Sealway.Cli.Inspect;

using System.Globalization;
using Sealway.Messages;

/// <summary>The messages of docs/protocol.md as <see cref="Shape"/>s, in the document's order.</summary>
internal static class Shapes
{
    private static readonly Dictionary<long, string> Algorithms = new() { [-7] = "ES256", [3] = "A256GCM", [45] = "HPKE-7", [53] = "HPKE-7-KE" };

    private static readonly Dictionary<long, string> Kinds = Enum.GetValues<EntryKind>().ToDictionary(kind => (long)kind, kind => Word(kind.ToString()));

    private static readonly Dictionary<long, string> Roles = Enum.GetValues<Role>().ToDictionary(role => (long)role, role => Word(role.ToString()));

    private static readonly Dictionary<long, string> Events = Enum.GetValues<EventType>().ToDictionary(type => (long)type, type => Word(type.ToString()));

    private static readonly Dictionary<long, string> Refusals = Enum.GetValues<Refusal>().ToDictionary(reason => (long)reason, reason => Word(reason.ToString()));

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

    private static readonly Shape Header = new("header", Labels: new Dictionary<long, Shape>
    {
        [-4] = new("encapsulated key"),
        [1] = Algorithm,
        [3] = new("content type", Words: new Dictionary<long, string> { [60] = "application/cbor" }),
        [4] = Kid,
        [5] = new("IV"),
        [6] = new("partial IV: step"),
        [11] = new("countersignatures", Items: [Countersignature()]),
        [15] = Claims,
        [395] = new("verifiable data structure", Words: new Dictionary<long, string> { [1] = "RFC 9162, SHA-256" }),
        [396] = new("proofs", Labels: new Dictionary<long, Shape>
        {
            [-1] = new("inclusion proofs", Items: [new("inclusion proof", Embedded: new("size, index, path", Items: [new("size"), new("index"), new("path")]))]),
        }),
    });

    private static readonly Shape Protected = new("protected", Embedded: Header with { Name = null });

    private static readonly Shape Unprotected = Header.Called("unprotected");

    private static readonly Shape CoseKey = new("COSE_Key", Labels: new Dictionary<long, Shape>
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

    public static readonly Shape Event = new("event", Labels: new Dictionary<long, Shape> { [1] = new("type", Words: Events), [2] = new("salt") });

    public static readonly Shape Epoch = new("epoch or grant", Items:
    [
        Protected, Unprotected, new("ciphertext"),
        new("recipients", Items: [new("recipient", Items: [Protected, Unprotected, new("wrapped key")])]),
    ]);

    public static readonly Shape Sealed = new("sealed slot", Items: [Protected, Unprotected, new("ciphertext")]);

    private static readonly Shape AnyEntry = new("entry", Inside: KnownEntry);

    public static readonly Shape Waybill = new("waybill", Items: [new("version"), Evidence("the log's evidence"), Evidence("the registry's evidence")]);

    public static Shape Countersignature() => new("countersignature", Items:
    [
        new("protected", Embedded: new(null, Labels: new Dictionary<long, Shape> { [1] = Algorithm, [4] = Kid, [15] = Claims })),
        new("unprotected"),
        new("signature"),
    ]);

    /// <summary>An entry; its body by its kind.</summary>
    public static Shape Entry(EntryKind kind) => new("entry", Items: [new("kind", Words: Kinds), Milliseconds.Called("at"), new("body", Embedded: Body(kind))]);

    public static Shape Statement(EntryKind kind) => Sign1("statement", new(Word(kind.ToString()), Labels: kind switch
    {
        EntryKind.Enrol => new Dictionary<long, Shape> { [1] = CoseKey, [2] = new("role", Words: Roles), [3] = new("name"), [4] = new("model"), [5] = new("X.509 certificate"), [6] = CoseKey.Called("HPKE key") },
        EntryKind.Assign => new Dictionary<long, Shape> { [1] = Kid, [2] = new("gateway"), [3] = new("subject"), [4] = Milliseconds.Called("since"), [5] = new("archive") },
        EntryKind.Revoke => new Dictionary<long, Shape> { [1] = Kid, [2] = Milliseconds.Called("since"), [3] = new("reason"), [4] = new("last that counts") },
        EntryKind.Status => new Dictionary<long, Shape> { [1] = Milliseconds.Called("through"), [2] = new("revoked"), [3] = new("page") },
        EntryKind.Rotate => new Dictionary<long, Shape> { [1] = Kid.Called("old kid"), [2] = CoseKey, [3] = Milliseconds.Called("since"), [4] = new("last that counts"), [6] = CoseKey.Called("HPKE key") },
        _ => [],
    }));

    /// <summary>A message of the follow protocol, by its kind.</summary>
    public static Shape? Follow(long kind) => kind switch
    {
        0 => new("append", Items: [new("kind"), new("log-id"), new("from"), new("entries", Items: [AnyEntry]), new("head", Embedded: Head with { Name = null }), new("countersignatures", Items: [Countersignature()])]),
        1 => new("held", Items: [new("kind"), new("log-id"), new("size"), new("head and countersignatures", Items: [new("head", Embedded: Head with { Name = null }), new("countersignatures", Items: [Countersignature()])])]),
        2 => new("entries wanted", Items: [new("kind"), new("log-id"), new("from"), new("to")]),
        3 => new("head wanted", Items: [new("kind"), new("log-id")]),
        4 => new("news", Items: [new("kind"), new("log-id"), new("size")]),
        5 => new("command slot", Items: [new("kind"), new("log-id"), new("slot", Embedded: Sealed with { Name = null })]),
        _ => null,
    };

    /// <summary>What a gateway says to a sensor, by its kind.</summary>
    public static Shape? SensorLink(long kind) => kind switch
    {
        0 => new("challenge", Items: [new("kind"), new("nonce")]),
        1 => new("stored", Items: [new("kind"), new("numbers", Items: [new("boot, sequence", Describe: Number)])]),
        2 => new("refused", Items: [new("kind"), new("boot, sequence", Describe: Number), new("reason", Words: Refusals)]),
        _ => null,
    };

    private static Shape? Body(EntryKind kind) => kind switch
    {
        EntryKind.Reading => Reading with { Name = null },
        EntryKind.Sealed => Sealed with { Name = null },
        EntryKind.Epoch or EntryKind.Grant => Epoch with { Name = null },
        EntryKind.Event => Event with { Name = null },
        EntryKind.Enrol or EntryKind.Assign or EntryKind.Revoke or EntryKind.Status or EntryKind.Rotate => Statement(kind) with { Name = null },
        _ => null,
    };

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

    private static string Word(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : string.Empty) + char.ToLowerInvariant(c) : c.ToString()));

    private static string? Number(object value) => value is byte[] { Length: ReadingNumber.Size } bytes ? ReadingNumber.FromBytes(bytes).ToString() : null;

    private static string? Instant(object value, long unit) => value is ulong number && number <= 253_402_300_799_999UL / (ulong)unit
        ? DateTimeOffset.FromUnixTimeMilliseconds((long)number * unit).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)
        : null;
}
