namespace Sealway.Messages.Tests;

using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CertificateRequest = System.Security.Cryptography.X509Certificates.CertificateRequest;

/// <summary>Examples of every message that there is, with the corners of what they may say. Signatures, salts and seals are new each time; docs/vectors keeps one set.</summary>
internal static class ValidMessages
{
    public const ulong At = 1_767_225_600_000;
    public const string Ward = "ward-3/0";
    public const string Home = "home-k2f9/1";
    public const string Registry = "authority/0";
    public const string Epoch = "0a0b0c0d";
    public const string EpochKeyHex = "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f";

    private static readonly byte[] NonceBytes = Convert.FromHexString("a0a1a2a3a4a5a6a7");

    public static IReadOnlyList<Example> All() =>
    [
        .. Keys(), .. Readings(), .. Entries(), .. Events(), .. Statements(), .. Heads(), .. Sealing(), .. Commands(), .. Following(), .. SensorLink(),
    ];

    public static JsonObject By(string signer) => new() { ["signer"] = signer };

    public static Reading Reading(uint sequence, Measurement measurement, bool answer = false) =>
        Messages.Reading.Sign(Parties.Signer("sensor"), new ReadingNumber(3, sequence), [measurement], answer ? NonceBytes : []);

    public static Measurement Hr(long value = 72) => new("hr", "beat/min", Number.From(value));

    public static EpochKey Key() => EpochKey.From(new EpochId(Convert.ToUInt32(Epoch, 16)), Convert.FromHexString(EpochKeyHex));

    public static byte[] Hash(byte value) => [.. Enumerable.Repeat(value, 32)];

    public static Head Head(string log = Ward, ulong size = 2, ulong registrySize = 12, byte[]? root = null)
    {
        SigningKey key = Parties.Signer("gateway");
        return Messages.Head.Sign(key, new HeadClaims(key.PublicKey.Kid, LogId.Parse(log), At / 1000, size, registrySize), root ?? Hash(0xC1));
    }

    public static Countersignature Countersign(Head head, string by = "archive", ulong from = 0) =>
        Countersignature.Sign(Parties.Signer(by), head, (At / 1000) + 1, 12, from);

    /// <summary>A command with the statement by which the signer's own HPKE key is replaced, for entry 12 of the registry.</summary>
    public static CommandContent Rekey()
    {
        Rotation rotation = new(Parties.Signer("app").PublicKey.Kid, null, At, Agreement: Parties.Agreement("member-1").PublicKey);
        Entry entry = Statement.Sign(Parties.Signer("app"), LogId.Parse(Registry), 12, At, rotation);
        return new(44, At + 60_000, 2, Hash(0xC1), CommandAction.Rekey, Index: 12, Statement: entry.Bytes);
    }

    public static CommandContent SetTarget() => new(41, At + 60_000, 2, Hash(0xC1), CommandAction.SetTarget, "room-x7", Number.From(20.5m));

    private static IEnumerable<Example> Keys()
    {
        yield return new Example("keys", "a signing key", "cose-key", Parties.Signer("sensor").PublicKey.ToCoseKey(), []);
        yield return new Example("keys", "an agreement key", "cose-key", Parties.Agreement("member-0").PublicKey.ToCoseKey(), []);
    }

    private static IEnumerable<Example> Readings()
    {
        Example Of(string name, ReadingNumber number, ReadOnlySpan<byte> nonce, params Measurement[] measurements) =>
            new("readings", name, "reading", Messages.Reading.Sign(Parties.Signer("sensor"), number, measurements, nonce).Bytes.ToArray(), By("sensor"));

        yield return Of("one value", new(3, 1041), [], Hr());
        yield return Of("one value with the answer to a challenge", new(3, 1042), NonceBytes, new Measurement("spo2", "%", Number.From(97)));
        yield return Of("a decimal fraction", new(3, 1043), [], new Measurement("temp", "Cel", Number.From(36.6m)));
        yield return Of("a negative decimal fraction", new(3, 1044), [], new Measurement("temp", "Cel", Number.From(-12.25m)));
        yield return Of("a half precision float", new(3, 1045), [], new Measurement("hr", "beat/min", Number.From(72.5)));
        yield return Of("a single precision float", new(3, 1046), [], new Measurement("temp", "Cel", Number.From((double)36.6f)));
        yield return Of("a double precision float", new(3, 1047), [], new Measurement("temp", "Cel", Number.From(36.6)));
        yield return Of("the smallest half", new(3, 1048), [], new Measurement("light", "lx", Number.From((double)Half.Epsilon)));
        yield return Of("a relative time", new(3, 1049), [], Hr() with { Time = Number.From(-90) });
        yield return Of("a relative time in a decimal fraction", new(3, 1050), [], Hr() with { Time = Number.From(-1.5m) });
        yield return Of("an absolute time", new(3, 1051), [], Hr() with { Time = Number.From(1_767_225_600.25m) });
        yield return Of("no unit", new(3, 1052), [], new Measurement("occupied", null, Number.From(1)));
        yield return Of("four values", new(3, 1053), NonceBytes, Hr(), new("pulse", "beat/min", Number.From(71)), new("resp", "1/min", Number.From(14)), new("spo2", "%", Number.From(98)));
        yield return Of("the largest integer", new(3, 1054), [], Hr((long)Limits.LargestNumber));
        yield return Of("the smallest integer", new(3, 1055), [], Hr(-(long)Limits.LargestNumber));
        yield return Of("the smallest exponent", new(3, 1056), [], new Measurement("x", null, Number.From(0.000000000000000000000003m)));
        yield return Of("the first and the last number", new(uint.MaxValue, uint.MaxValue), [], Hr(0));
        yield return Of("thirty-two values with the longest names and units", new(0, 0), [], [.. Enumerable.Range(0, 32).Select(i => new Measurement(new string('n', 32), new string('u', 32), Number.From(i)))]);
    }

    private static IEnumerable<Example> Entries()
    {
        Example Of(string name, EntryKind kind, byte[] body, ulong at = At) => new("entries", name, "entry", Entry.Create(kind, at, body).Bytes.ToArray(), []);

        using EpochKey key = Key();
        using Sealer sealer = new(LogId.Parse(Home), Key());
        yield return Of("a reading", EntryKind.Reading, Reading(7, Hr()).Bytes.ToArray());
        yield return Of("a sealed slot", EntryKind.Sealed, sealer.Seal(new byte[256]));
        yield return Of("an epoch", EntryKind.Epoch, Messages.Epoch.Create(LogId.Parse(Home), key, 9, [Parties.Agreement("member-0").PublicKey]));
        yield return Of("an event", EntryKind.Event, new GenerationEvent("first start").ToArray());
        yield return Of("a grant", EntryKind.Grant, Grant.Create(LogId.Parse(Home), key.Id, 9, [Parties.Agreement("member-1").PublicKey], [key]));
        yield return Of("a kind without a name, an empty body and the first time", (EntryKind)255, [], at: 0);
        yield return Of("the last time", EntryKind.Event, [0xFF], at: Limits.LargestNumber);
    }

    private static IEnumerable<Example> Events()
    {
        Kid sensor = Parties.Signer("sensor").PublicKey.Kid;
        (string Name, GatewayEvent Event)[] events =
        [
            ("the first generation", new GenerationEvent("first start")),
            ("a later generation", new GenerationEvent("the disk was lost", new PreviousGeneration(LogId.Parse(Ward), 81_304, Hash(0xD0)))),
            ("a start", new StartEvent("sealway 0.1.0")),
            ("a challenge", new ChallengeEvent(NonceBytes)),
            ("an alarm raised", new AlarmEvent(true, "hr-high", sensor, "hr", Number.From(131))),
            ("an alarm cleared", new AlarmEvent(false, "hr-high", sensor, "hr", Number.From(104))),
            ("an alarm of silence", new AlarmEvent(true, "silence", sensor, null, null)),
            ("an alarm of the log itself", new AlarmEvent(true, "disk", null, null, null)),
            ("readings refused", new RefusedEvent(new Dictionary<Refusal, ulong> { [Refusal.BadSignature] = 3, [Refusal.NotRising] = 1, [Refusal.Unsafe] = 2 })),
            ("readings lost", new LostEvent(812, At - 86_400_000, At - 3_600_000)),
            ("assignments in force", new InForceEvent(14)),
            ("heating on", new HeatingEvent("room-x7", true, Number.From(20.5m))),
            ("heating off", new HeatingEvent("room-x7", false, Number.From(17))),
            ("a command carried out", new CommandDoneEvent(Hash(0xE1), Refusal.None)),
            ("a command refused", new CommandDoneEvent(Hash(0xE2), Refusal.Expired)),
            ("labels", new LabelsEvent(new Dictionary<string, string> { ["room-x7"] = "Küche", ["sensor-p3"] = "next to the window", ["r"] = "" })),
            ("an epoch's key hash", new EpochBeganEvent(Key().Hash())),
        ];
        return events.Select(one => new Example("events", one.Name, "event", one.Event.ToArray(), []));
    }

    private static IEnumerable<Example> Statements()
    {
        PublicKey Public(string name) => Parties.Signer(name).PublicKey;
        Kid sensor = Public("sensor").Kid;
        (Kid, ulong)[] revoked = [.. new[] { sensor, Public("app").Kid, Public("cloud").Kid }.Order().Select((kid, i) => (kid, At + (ulong)i))];
        (string Name, string Signer, StatementContent Content)[] statements =
        [
            ("the authority's own enrolment, with the issuing certificate", "authority", new Enrolment(Public("authority"), Role.Authority, "authority", null, Certificate())),
            ("a sensor", "authority", new Enrolment(Public("sensor"), Role.Sensor, "monitor-0412", "Example Monitor 5")),
            ("a gateway with an HPKE key", "authority", new Enrolment(Public("gateway"), Role.Gateway, "ward-3", null, null, Parties.Agreement("gateway-hpke").PublicKey)),
            ("a registrar", "authority", new Enrolment(Public("registrar"), Role.Registrar, "registrar")),
            ("an assignment", "authority", new Assignment(sensor, "ward-3", "patient-81c0", At)),
            ("an assignment with its archive", "authority", new Assignment(sensor, "ward-3", "patient-81c0", At, Public("archive").Kid)),
            ("a revocation", "authority", new Revocation(sensor, At, "lost")),
            ("a sensor's revocation with its last reading", "authority", new Revocation(sensor, At, "sold", new LastThatCounts(new ReadingNumber(3, 2000), null, null))),
            ("a gateway's revocation with its last state", "authority", new Revocation(Public("gateway").Kid, At, "replaced", new LastThatCounts(null, (2, 81_304), null))),
            ("an app's revocation with its last command", "authority", new Revocation(Public("app").Kid, At, "moved out", new LastThatCounts(null, null, 41))),
            ("a status of nothing", "registrar", new Status(At, [])),
            ("a status", "registrar", new Status(At, revoked)),
            ("a page of a status", "registrar", new Status(At, revoked, (revoked[0].Item1, revoked[^1].Item1))),
            ("a rotation", "sensor", new Rotation(sensor, Public("next-sensor"), At, new LastThatCounts(new ReadingNumber(3, 2000), null, null))),
            ("a rotation of the HPKE key alone", "gateway", new Rotation(Public("gateway").Kid, null, At, null, Parties.Agreement("gateway-hpke").PublicKey)),
            (
                "the authority's own enrolment, with the hash of a recovery key",
                "authority",
                new Enrolment(Public("authority"), Role.Authority, "authority", null, Certificate(), Recovery: Rotation.RecoveryHash(Public("recovery")))),
            ("a rotation of the authority's key", "authority", new Rotation(Public("authority").Kid, Public("next-authority"), At)),
            (
                "a recovery",
                "recovery",
                new Rotation(Public("authority").Kid, Public("next-authority"), At, Recovery: Public("recovery"), NextRecovery: Rotation.RecoveryHash(Public("next-recovery")))),
            ("an erasure", "authority", new Erasure(LogId.Parse("ward-3/0"), 4711, 4711, "entered for the wrong patient")),
            ("an erasure of as many entries as one statement can", "authority", new Erasure(LogId.Parse("ward-3/2"), Limits.LargestNumber - 1023, Limits.LargestNumber, "")),
        ];
        for (int i = 0; i < statements.Length; i++)
        {
            (string name, string signer, StatementContent content) = statements[i];
            byte[] entry = Statement.Sign(Parties.Signer(signer), LogId.Parse(Registry), (ulong)i, At + (ulong)i, content).Bytes.ToArray();
            yield return new Example("statements", name, "statement", entry, new JsonObject { ["log"] = Registry, ["index"] = (ulong)i, ["signer"] = signer });
        }
    }

    private static IEnumerable<Example> Heads()
    {
        byte[] first = Leaf(Entry.Create(EntryKind.Event, At, new GenerationEvent("first start").ToArray()));
        byte[] second = Leaf(Entry.Create(EntryKind.Reading, At, Reading(7, Hr()).Bytes));
        byte[] root = SHA256.HashData([1, .. first, .. second]);
        Head head = Head(root: root);
        yield return new Example("heads", "a head", "head", head.Bytes.ToArray(), By("gateway"));
        yield return new Example("heads", "the largest head", "head", Head("a23456789-123456789-123456789-123456789-123456789-123456789-123/9999999999", Limits.LargestNumber, Limits.LargestNumber).Bytes.ToArray(), By("gateway"));
        yield return new Example("heads", "a head of nothing", "head", Head("w/0", 0, 0, SHA256.HashData([])).Bytes.ToArray(), By("gateway"));
        foreach (string follower in new[] { "archive", "cloud" })
        {
            yield return new Example("heads", $"a countersignature of the {follower}", "countersignature", Countersign(head, follower).ToArray(), With(follower, head));
        }

        yield return new Example("heads", "a countersignature of a part", "countersignature", Countersign(head, "archive", 1).ToArray(), With("archive", head));

        InclusionProof[] proofs = [new(2, 0, [second]), new(2, 1, [first])];
        yield return new Example("heads", "a receipt", "receipt", Receipt.Create(head, [], [proofs[1]]).ToArray(), ReceiptWith(root));
        yield return new Example("heads", "a receipt of two entries with countersignatures", "receipt", Receipt.Create(head, [Countersign(head, "cloud"), Countersign(head)], proofs).ToArray(), ReceiptWith(root, "cloud", "archive"));

        static JsonObject With(string signer, Head head) => new() { ["signer"] = signer, ["head"] = Says.Hex(head.Bytes) };
        static JsonObject ReceiptWith(byte[] root, params string[] countersigners) =>
            new() { ["signer"] = "gateway", ["root"] = Says.Hex(root), ["countersigners"] = new JsonArray([.. countersigners.Select(one => (JsonNode)one)]) };
    }

    private static IEnumerable<Example> Sealing()
    {
        LogId home = LogId.Parse(Home);
        using EpochKey key = Key();
        JsonObject Members(params string[] members) => new() { ["log"] = Home, ["members"] = new JsonArray([.. members.Select(one => (JsonNode)one)]) };
        JsonObject Step() => new() { ["log"] = Home, ["epoch"] = Epoch, ["epochKey"] = EpochKeyHex };
        byte[] MakeEpoch(params string[] members) => Messages.Epoch.Create(home, key, 9, [.. members.Select(one => Parties.Agreement(one).PublicKey)]);
        yield return new Example("sealing", "an epoch of two members among eight recipients", "epoch", MakeEpoch("member-0", "member-1"), Members("member-0", "member-1"));
        yield return new Example("sealing", "an epoch of eight members", "epoch", MakeEpoch([.. Parties.Members]), Members([.. Parties.Members]));
        yield return new Example("sealing", "a grant of two keys", "grant", Grant.Create(home, new EpochId(0x11223344), 9, [Parties.Agreement("member-2").PublicKey], [key, EpochKey.From(new EpochId(7), Hash(0x55))]), new JsonObject { ["log"] = Home, ["newcomer"] = "member-2" });

        Rollup rollup = new(Parties.Signer("sensor").PublicKey.Kid, "temp", At - 3_600_000, Rollup.LongestMilliseconds, 3600, Number.From(20.25), Number.From(19.5m), Number.From(21));
        SlotBuilder builder = new(512);
        builder.TryAdd(new EpochBeganEvent(key.Hash()), 0);
        builder.TryAdd(Reading(20, new Measurement("temp", "Cel", Number.From(20.4m))), 812);
        builder.TryAdd(Reading(21, new Measurement("rh", "%RH", Number.From(45)), answer: true), 70_000);
        builder.TryAdd(rollup, 1);
        byte[] slot = builder.Plaintext.ToArray();
        yield return new Example("sealing", "a slot with one item of each sort", "slot", slot, []);
        yield return new Example("sealing", "an empty slot", "slot", new byte[256], []);

        using Sealer sealer = new(home, Key());
        yield return new Example("sealing", "the first sealed slot of an epoch", "sealed", sealer.Seal(slot), Step());
        for (int i = 1; i < 258; i++)
        {
            sealer.Seal(new byte[256]);
        }

        yield return new Example("sealing", "a sealed slot that is empty, at step 258", "sealed", sealer.Seal(new byte[256]), Step());
    }

    private static IEnumerable<Example> Commands()
    {
        LogId home = LogId.Parse(Home);
        JsonObject With() => new() { ["log"] = Home, ["signer"] = "app" };
        Command Sign(CommandContent content) => Command.Sign(Parties.Signer("app"), home, content);
        Command target = Sign(SetTarget());
        CommandContent remove = new(42, At, 2, Hash(0xC1), CommandAction.RemoveMember, Member: Parties.Signer("app").PublicKey.Kid);
        using EpochKey key = Key();
        byte[] grant = Grant.Create(home, key.Id, 9, [Parties.Agreement("member-2").PublicKey], [key]);
        CommandContent give = new(43, At, 2, Hash(0xC1), CommandAction.Grant, Grant: grant);
        yield return new Example("commands", "set a target", "command", target.Bytes.ToArray(), With());
        yield return new Example("commands", "remove a member", "command", Sign(remove).Bytes.ToArray(), With());
        yield return new Example("commands", "log a grant", "command", Sign(give).Bytes.ToArray(), With());
        yield return new Example("commands", "replace the member's own HPKE key", "command", Sign(Rekey()).Bytes.ToArray(), With());
        PublicKey gateway = Parties.Agreement("gateway-hpke").PublicKey;
        yield return new Example("commands", "a slot with a command", "command-slot", SealedCommand.Seal(home, gateway, target), new JsonObject { ["log"] = Home });
        yield return new Example("commands", "an empty slot", "command-slot", SealedCommand.Seal(home, gateway, null), new JsonObject { ["log"] = Home });
    }

    private static IEnumerable<Example> Following()
    {
        LogId ward = LogId.Parse(Ward);
        Head head = Head();
        Countersignature[] countersignatures = [Countersign(head, "cloud"), Countersign(head)];
        AppendEntry entry = AppendEntry.Full(Entry.Create(EntryKind.Event, At, new GenerationEvent("first start").ToArray()).Bytes);
        byte[] slot = SealedCommand.Seal(LogId.Parse(Home), Parties.Agreement("gateway-hpke").PublicKey, null);
        (string Name, FollowMessage Message)[] messages =
        [
            ("an append of an entry and a blank", new Append(ward, 0, [entry, AppendEntry.Blank(Hash(0xB1))], head, [])),
            ("an append of no entries, with countersignatures", new Append(ward, 2, [], head, countersignatures)),
            ("nothing held", new Held(ward, 0, null, [])),
            ("a head held", new Held(ward, 2, head, [])),
            ("a head held with countersignatures", new Held(ward, 2, head, countersignatures)),
            ("entries asked for", new EntriesRequest(ward, 2, Limits.LargestNumber)),
            ("no entries asked for", new EntriesRequest(ward, 2, 2)),
            ("the head asked for", new HeadRequest(ward)),
            ("news", new News(ward, 2)),
            ("a command slot", new CommandSlot(LogId.Parse(Home), slot)),
            ("where a log stands asked for", new StartRequest(ward)),
            ("where a log stands", new Start(ward, [head.Root], head, countersignatures)),
        ];
        foreach ((string name, FollowMessage message) in messages)
        {
            yield return new Example("following", name, "follow", message.ToArray(), []);
        }

        yield return new Example("following", "a sequence of two", "follow-sequence", FollowMessage.WriteSequence(messages[4].Message, messages[8].Message), []);
    }

    private static IEnumerable<Example> SensorLink()
    {
        yield return new Example("sensor-link", "a challenge", "sensor-link", new SensorChallenge(NonceBytes).ToArray(), []);
        yield return new Example("sensor-link", "readings stored", "sensor-link", new StoredReadings([new(3, 1041), new(3, 1042)]).ToArray(), []);
        yield return new Example("sensor-link", "a reading refused", "sensor-link", new RefusedReading(new(3, 1041), Refusal.NotAssigned).ToArray(), []);
    }

    private static byte[] Leaf(Entry entry) => SHA256.HashData([0, .. entry.Bytes.Span]);

    private static byte[] Certificate()
    {
        CertificateRequest request = new("CN=authority", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(50)).RawData;
    }
}
