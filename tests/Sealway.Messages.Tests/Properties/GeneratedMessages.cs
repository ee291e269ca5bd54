namespace Sealway.Messages.Tests;

using System.Text.Json.Nodes;
using CsCheck;

/// <summary>Valid messages of every kind, with whatever their fields may say.</summary>
internal static class GeneratedMessages
{
    private static readonly LogId Home = LogId.Parse(ValidMessages.Home);

    private static readonly LogId Registry = LogId.Parse(ValidMessages.Registry);

    private static readonly Gen<ulong> Seconds = Gen.OneOf(Gen.OneOf(0UL, uint.MaxValue, Limits.LargestSeconds), Gen.ULong[0, Limits.LargestSeconds]);

    // Small numbers, those around the lengths of heads, and any.
    private static readonly Gen<ulong> Count = Gen.OneOf(Gen.ULong[0, 30], Gen.OneOf(255UL, 256UL, 65_535UL, 65_536UL, uint.MaxValue, 1UL + uint.MaxValue, Limits.LargestNumber), Gen.ULong[0, Limits.LargestNumber]);

    private static readonly Gen<string> Name = Gen.Int[0, 25].Array[1, 30].Select(letters => string.Concat(letters.Select(i => (char)('a' + i))));

    private static readonly Gen<string> Text = Gen.OneOf(Name, Gen.OneOf("", "°C", "Küche", "日本", "🫀", new string('x', Limits.TextBytes)));

    private static readonly Gen<byte[]> Hash = Gen.Byte.Array[32];

    private static readonly Gen<Kid> AnyKid = Gen.Byte.Array[8].Select(bytes => Kid.FromBytes(bytes));

    private static readonly Gen<Number> AnyNumber = Gen.OneOf(
        Gen.Long[-(long)Limits.LargestNumber, (long)Limits.LargestNumber].Select(Number.From),
        Gen.Long[-300, 300].Select(Number.From),
        Gen.Double[-1e6, 1e6].Select(Number.From),
        Gen.Single[-1000, 1000].Select(value => Number.From((double)value)),
        Gen.Select(Gen.Int[-1_000_000, 1_000_000], Gen.Int[0, 20]).Select((mantissa, scale) => Number.From(new decimal(Math.Abs(mantissa), 0, 0, mantissa < 0, (byte)scale))));

    private static readonly Gen<Measurement> AnyMeasurement = Gen.Select(Name, Gen.Bool, AnyNumber, Gen.Bool, AnyNumber)
        .Select((name, hasUnit, value, hasTime, time) => new Measurement(name, hasUnit ? "Cel" : null, value, hasTime ? time : null));

    private static readonly Gen<Reading> AnyReading = Gen.Select(Gen.UInt, Gen.UInt, AnyMeasurement.Array[1, 5], Gen.Bool, Gen.Byte.Array[8])
        .Select((boot, sequence, measurements, answers, nonce) => Messages.Reading.Sign(Parties.Signer("sensor"), new ReadingNumber(boot, sequence), measurements, answers ? nonce : []));

    private static readonly Gen<GatewayEvent> AnyEvent = Gen.OneOf(
        Gen.Select(Text, Gen.Bool, Name, Count, Hash).Select((reason, later, name, size, root) => (GatewayEvent)new GenerationEvent(reason, later ? new PreviousGeneration(new LogId(name, 3), size, root) : null)),
        Text.Select(text => (GatewayEvent)new StartEvent(text)),
        Gen.Byte.Array[8].Select(nonce => (GatewayEvent)new ChallengeEvent(nonce)),
        Gen.Select(Gen.Bool, Text, AnyKid, Name, AnyNumber, Gen.Int[0, 7]).Select((raised, rule, sensor, metric, value, which) =>
            (GatewayEvent)new AlarmEvent(raised, rule, (which & 1) != 0 ? sensor : null, (which & 2) != 0 ? metric : null, (which & 4) != 0 ? value : null)),
        Gen.Select(Count, Count, Count).Select((count, from, to) => (GatewayEvent)new LostEvent(count, Math.Min(from, to), Math.Max(from, to))),
        Count.Select(size => (GatewayEvent)new InForceEvent(size)),
        Gen.Select(Text, Gen.Bool, AnyNumber).Select((room, on, target) => (GatewayEvent)new HeatingEvent(room, on, target)),
        Gen.Select(Hash, Gen.OneOf(Enum.GetValues<Refusal>())).Select((hash, outcome) => (GatewayEvent)new CommandDoneEvent(hash, outcome)),
        Hash.Select(hash => (GatewayEvent)new EpochBeganEvent(hash)));

    private static readonly Gen<LastThatCounts?> AnyLast = Gen.Select(Gen.Int[0, 3], Gen.UInt, Gen.UInt, Count).Select((which, boot, sequence, number) => which switch
    {
        0 => null,
        1 => new LastThatCounts(new ReadingNumber(boot, sequence), null, null),
        2 => new LastThatCounts(null, (boot, number), null),
        _ => new LastThatCounts(null, null, number),
    });

    private static readonly Gen<StatementContent> AnyContent = Gen.OneOf(
        Gen.Select(Gen.OneOf(Enum.GetValues<Role>()), Name, Text, Gen.Byte.Array[1, 100], Gen.Int[0, 7]).Select((role, name, model, certificate, which) => (StatementContent)new Enrolment(
            Parties.Signer("app").PublicKey, role, name, (which & 1) != 0 ? model : null, (which & 2) != 0 ? (ReadOnlyMemory<byte>?)certificate : null, (which & 4) != 0 ? Parties.Agreement("member-0").PublicKey : null)),
        Gen.Select(AnyKid, Name, Text, Count, Gen.Bool).Select((sensor, gateway, subject, since, archived) => (StatementContent)new Assignment(sensor, gateway, subject, since, archived ? sensor : null)),
        Gen.Select(AnyKid, Count, Text, AnyLast).Select((kid, since, reason, last) => (StatementContent)new Revocation(kid, since, reason, last)),
        Gen.Select(Count, AnyKid.Array[0, 40], Gen.Bool).Select((through, kids, page) => (StatementContent)Status(through, [.. kids.Distinct().Order()], page)),
        Gen.Select(AnyKid, Count, AnyLast, Gen.Int[1, 3]).Select((old, since, last, which) => (StatementContent)new Rotation(
            old, (which & 1) != 0 ? Parties.Signer("next-sensor").PublicKey : null, since, last, (which & 2) != 0 ? Parties.Agreement("member-1").PublicKey : null)));

    private static readonly Gen<Head> AnyHead = Gen.Select(Name, Seconds, Count, Count, Hash).Select((name, seconds, size, registry, root) =>
        Messages.Head.Sign(Parties.Signer("gateway"), new HeadClaims(Parties.Signer("gateway").PublicKey.Kid, new LogId(name, 7), seconds, size, registry), root));

    private static readonly Gen<CommandContent> AnyCommand = Gen.Select(Count, Count, Gen.ULong[1, Limits.LargestNumber], Hash, Text, AnyNumber, Gen.Int[0, 3], Gen.Byte.Array[1, 60]).Select((number, expiry, size, root, room, target, which, grant) => which switch
    {
        0 => new CommandContent(number, expiry, size, root, CommandAction.SetTarget, room, target),
        1 => new CommandContent(number, expiry, size, root, CommandAction.RemoveMember, Member: Kid.FromBytes(root.AsSpan(0, 8))),
        2 => new CommandContent(number, expiry, size, root, CommandAction.Grant, Grant: grant),
        _ => new CommandContent(number, expiry, size, root, CommandAction.Rekey, Index: size, Statement: grant),
    });

    private static readonly Gen<Rollup> AnyRollup = Gen.Select(AnyKid, Name, Count, Gen.ULong[0, Rollup.LongestMilliseconds], Gen.ULong[1, Limits.LargestNumber], AnyNumber, AnyNumber)
        .Select((kid, metric, start, length, count, mean, edge) => new Rollup(kid, metric, start, length, count, mean, edge, edge));

    private static readonly Gen<FollowMessage> AnyFollow = Gen.OneOf(
        Gen.Select(AnyHead, Gen.Byte.Array[1, 40].Array[0, 6], Gen.Bool).Select((head, entries, blank) => (FollowMessage)Appended(head, entries, blank)),
        Gen.Select(AnyHead, Gen.Bool).Select((head, held) => (FollowMessage)(held ? new Held(head.Claims.Log, head.Claims.Size, head, [ValidMessages.Countersign(head)]) : new Held(head.Claims.Log, 0, null, []))),
        Gen.Select(Name, Count, Count).Select((name, from, to) => (FollowMessage)new EntriesRequest(new LogId(name, 0), Math.Min(from, to), Math.Max(from, to))),
        Name.Select(name => (FollowMessage)new HeadRequest(new LogId(name, LogId.LargestGeneration))),
        Gen.Select(Name, Count).Select((name, size) => (FollowMessage)new News(new LogId(name, 1), size)),
        Name.Select(name => (FollowMessage)new StartRequest(new LogId(name, 0))),
        Gen.Select(AnyHead, Hash.Array[1, 53], Gen.Bool).Where((head, _, _) => head.Claims.Size > 0).Select((head, frontier, witnessed) => (FollowMessage)new Start(
            head.Claims.Log, [.. frontier.Select(one => (ReadOnlyMemory<byte>)one)], head, witnessed ? [ValidMessages.Countersign(head)] : [])),
        Gen.Select(Name, Gen.Byte.Array[Limits.CommandSlotBytes]).Select((name, slot) => (FollowMessage)new CommandSlot(new LogId(name, 1), slot)));

    private static readonly Gen<SensorLinkMessage> AnySensorLink = Gen.OneOf(
        Gen.Byte.Array[8].Select(nonce => (SensorLinkMessage)new SensorChallenge(nonce)),
        Gen.Select(Gen.UInt, Gen.UInt).Array[1, 60].Select(numbers => (SensorLinkMessage)new StoredReadings([.. numbers.Select(one => new ReadingNumber(one.Item1, one.Item2))])),
        Gen.Select(Gen.UInt, Gen.UInt, Gen.OneOf(Enum.GetValues<Refusal>())).Select((boot, sequence, reason) => (SensorLinkMessage)new RefusedReading(new ReadingNumber(boot, sequence), reason)));

    /// <summary>A generator for each kind that <see cref="MessageKinds"/> judges.</summary>
    public static IReadOnlyDictionary<string, Gen<Example>> ByKind { get; } = new Dictionary<string, Gen<Example>>
    {
        ["cose-key"] = Gen.Int[0, 1].Select(i => Of("cose-key", i == 0 ? Parties.Signer("app").PublicKey.ToCoseKey() : Parties.Agreement("member-3").PublicKey.ToCoseKey())),
        ["reading"] = AnyReading.Select(reading => Of("reading", reading.Bytes, ValidMessages.By("sensor"))),
        ["entry"] = Gen.Select(Gen.OneOf(Enum.GetValues<EntryKind>()), Count, Gen.Byte.Array[0, 300]).Select((kind, at, body) => Of("entry", Entry.Create(kind, at, body).Bytes)),
        ["event"] = AnyEvent.Select(statement => Of("event", statement.ToArray())),
        ["statement"] = Gen.Select(AnyContent, Count, Count).Select((content, index, at) => Of(
            "statement", Statement.Sign(Parties.Signer("authority"), Registry, index, at, content).Bytes, new JsonObject { ["log"] = ValidMessages.Registry, ["index"] = index, ["signer"] = "authority" })),
        ["head"] = AnyHead.Select(head => Of("head", head.Bytes, ValidMessages.By("gateway"))),
        ["countersignature"] = Gen.Select(AnyHead, Seconds, Count, Count).Select((head, seconds, registry, from) => Of(
            "countersignature", Countersignature.Sign(Parties.Signer("archive"), head, seconds, registry, from).ToArray(), new JsonObject { ["signer"] = "archive", ["head"] = Says.Hex(head.Bytes) })),
        ["receipt"] = Gen.Select(AnyHead, Hash.Array[1, 12], Count, Gen.Bool).Select((head, path, index, witnessed) => Of(
            "receipt",
            Receipt.Create(head, witnessed ? [ValidMessages.Countersign(head)] : [], [new InclusionProof(head.Claims.Size, index, [.. path.Select(one => (ReadOnlyMemory<byte>)one)])]).ToArray(),
            new JsonObject { ["signer"] = "gateway", ["root"] = Says.Hex(head.Root), ["countersigners"] = witnessed ? new JsonArray("archive") : [] })),
        ["epoch"] = Count.Select(size => Of("epoch", Epoch.Create(Home, ValidMessages.Key(), size, [.. Parties.Members.Select(name => Parties.Agreement(name).PublicKey)]), new JsonObject { ["log"] = ValidMessages.Home, ["members"] = new JsonArray([.. Parties.Members.Select(name => (JsonNode)name)]) })),
        ["grant"] = Count.Select(size => Of("grant", Grant.Create(Home, ValidMessages.Key().Id, size, [Parties.Agreement("member-2").PublicKey], [ValidMessages.Key()]), new JsonObject { ["log"] = ValidMessages.Home, ["newcomer"] = "member-2" })),
        ["slot"] = Gen.Select(AnyReading, AnyEvent, AnyRollup, Count, Gen.Int[256, 1024]).Select((reading, statement, rollup, before, length) => Of("slot", Slot(reading, statement, rollup, before, length))),
        ["sealed"] = Gen.Byte.Array[Limits.SmallestSlotBytes, 600].Select(plaintext => Of("sealed", Seal(plaintext), new JsonObject { ["log"] = ValidMessages.Home, ["epoch"] = ValidMessages.Epoch, ["epochKey"] = ValidMessages.EpochKeyHex })),
        ["command"] = AnyCommand.Select(content => Of("command", Command.Sign(Parties.Signer("app"), Home, content).Bytes, new JsonObject { ["log"] = ValidMessages.Home, ["signer"] = "app" })),
        ["command-slot"] = AnyCommand.Select(content => Of("command-slot", SealedCommand.Seal(Home, Parties.Agreement("gateway-hpke").PublicKey, Command.Sign(Parties.Signer("app"), Home, content)), new JsonObject { ["log"] = ValidMessages.Home })),
        ["follow"] = AnyFollow.Select(message => Of("follow", message.ToArray())),
        ["follow-sequence"] = AnyFollow.Array[0, Limits.FollowMessages].Select(messages => Of("follow-sequence", FollowMessage.WriteSequence(messages))),
        ["sensor-link"] = AnySensorLink.Select(message => Of("sensor-link", message.ToArray())),
    };

    private static Example Of(string kind, ReadOnlyMemory<byte> bytes, JsonObject? with = null) => new("generated", kind, kind, bytes.ToArray(), with ?? []);

    private static Status Status(ulong through, Kid[] kids, bool page) => new(through, [.. kids.Select((kid, i) => (kid, (ulong)i))], page && kids.Length > 0 ? (kids[0], kids[^1]) : null);

    private static Append Appended(Head like, byte[][] entries, bool blank)
    {
        ulong from = Math.Min(like.Claims.Size, Limits.LargestNumber - 6);
        Head head = Messages.Head.Sign(Parties.Signer("gateway"), like.Claims with { Size = from + (ulong)entries.Length }, like.Root.Span);
        return new Append(head.Claims.Log, from, [.. entries.Select((entry, i) => blank && i % 2 == 0 ? AppendEntry.Blank(ValidMessages.Hash((byte)i)) : AppendEntry.Full(entry))], head, [ValidMessages.Countersign(head)]);
    }

    private static byte[] Slot(Reading reading, GatewayEvent statement, Rollup rollup, ulong before, int length)
    {
        SlotBuilder builder = new(length);

        // What does not fit is left out.
        _ = reading.Bytes.Length + 9 <= length && builder.TryAdd(reading, before);
        _ = statement.ToArray().Length + 9 <= length && builder.TryAdd(statement, 0);
        _ = builder.TryAdd(rollup, before);
        return builder.Plaintext.ToArray();
    }

    private static byte[] Seal(byte[] plaintext)
    {
        using Sealer sealer = new(Home, ValidMessages.Key());
        return sealer.Seal(plaintext);
    }
}
