namespace Sealway.Messages.Tests;

using System.Text.Json.Nodes;

/// <summary>How a message of each kind is judged: read, verified or opened, described, and made again from what it says.</summary>
internal static class MessageKinds
{
    /// <summary>Accepts a message, or refuses it with a <see cref="MessageException"/> and nothing else.</summary>
    public static Judged Judge(string kind, byte[] bytes, JsonObject with) => kind switch
    {
        "cose-key" => CoseKey(bytes),
        "reading" => JudgeReading(bytes, with),
        "entry" => JudgeEntry(bytes),
        "event" => JudgeEvent(bytes),
        "statement" => JudgeStatement(bytes, with),
        "head" => JudgeHead(bytes, with),
        "countersignature" => JudgeCountersignature(bytes, with),
        "receipt" => JudgeReceipt(bytes, with),
        "epoch" => JudgeEpoch(bytes, with),
        "grant" => JudgeGrant(bytes, with),
        "slot" => JudgeSlot(bytes),
        "sealed" => JudgeSealed(bytes, with),
        "command" => JudgeCommand(bytes, with),
        "command-slot" => JudgeCommandSlot(bytes, with),
        "follow" => JudgeFollow(bytes),
        "follow-sequence" => JudgeFollowSequence(bytes),
        "sensor-link" => JudgeSensorLink(bytes),
        _ => throw new InvalidDataException($"no kind {kind}"),
    };

    private static Judged CoseKey(byte[] bytes)
    {
        PublicKey key = PublicKey.FromUntrusted(bytes);
        return new Judged(new JsonObject { ["kid"] = key.Kid.ToString(), ["use"] = (int)key.Use, ["point"] = Says.Hex(key.Point) }, key.ToCoseKey(), Bound: false);
    }

    private static Judged JudgeReading(byte[] bytes, JsonObject with)
    {
        Reading reading = Reading.FromUntrusted(bytes);
        PublicKey key = Signer(with);
        reading.Verify(key);
        Reading again = Reading.Sign(Recorded(key, bytes), reading.Number, reading.Measurements, reading.Nonce is { } nonce ? nonce.Span : default);
        return new Judged(Says.Reading(reading), again.Bytes.ToArray(), Bound: true);
    }

    private static Judged JudgeEntry(byte[] bytes)
    {
        Entry entry = Entry.FromUntrusted(bytes);
        return new Judged(Says.Entry(entry), Entry.Create(entry.Kind, entry.At, entry.Body).Bytes.ToArray(), Bound: false);
    }

    private static Judged JudgeEvent(byte[] bytes)
    {
        GatewayEvent statement = GatewayEvent.FromUntrusted(bytes);
        return new Judged(Says.Event(statement), statement.ToArray(), Bound: false);
    }

    private static Judged JudgeStatement(byte[] bytes, JsonObject with)
    {
        Entry entry = Entry.FromUntrusted(bytes);
        Statement statement = Statement.FromUntrusted(entry);
        PublicKey key = Signer(with);
        ulong index = with["index"]!.GetValue<ulong>();
        statement.Verify(key, Log(with), index, entry);
        Entry again = Statement.Sign(Recorded(key, entry.Body.ToArray()), Log(with), index, entry.At, statement.Content);
        JsonObject says = new()
        {
            ["kind"] = (int)entry.Kind,
            ["at"] = entry.At,
            ["signer"] = statement.Signer.ToString(),
            ["content"] = Says.Content(statement.Content),
        };
        return new Judged(says, again.Bytes.ToArray(), Bound: true);
    }

    private static Judged JudgeHead(byte[] bytes, JsonObject with)
    {
        Head head = Head.FromUntrusted(bytes);
        PublicKey key = Signer(with);
        head.Verify(key);
        JsonObject says = Says.Head(head.Claims);
        says["root"] = Says.Hex(head.Root);
        return new Judged(says, Head.Sign(Recorded(key, bytes), head.Claims, head.Root.Span).Bytes.ToArray(), Bound: true);
    }

    private static Judged JudgeCountersignature(byte[] bytes, JsonObject with)
    {
        Countersignature countersignature = Countersignature.FromUntrusted(bytes);
        Head head = Head.FromUntrusted(Bytes(with, "head"));
        PublicKey key = Signer(with);
        countersignature.Verify(key, head);
        RecordedSigner recorded = new(key, CoseStructure.Read(bytes).Content);
        Countersignature again = Countersignature.Sign(recorded, head, countersignature.Seconds, countersignature.RegistrySize, countersignature.From);
        return new Judged(Says.Countersignature(countersignature), again.ToArray(), Bound: true);
    }

    private static Judged JudgeReceipt(byte[] bytes, JsonObject with)
    {
        Receipt receipt = Receipt.FromUntrusted(bytes);
        byte[] root = Bytes(with, "root");
        receipt.Verify(Signer(with), root);
        string[] countersigners = [.. with["countersigners"]!.AsArray().Select(one => one!.GetValue<string>())];
        if (receipt.Countersignatures.Count != countersigners.Length)
        {
            throw new MessageException(Refusal.WrongCount, "receipt");
        }

        for (int i = 0; i < countersigners.Length; i++)
        {
            receipt.Verify(receipt.Countersignatures[i], Parties.Signer(countersigners[i]).PublicKey, root);
        }

        JsonObject says = Says.Head(receipt.Claims);
        says["countersignatures"] = new JsonArray([.. receipt.Countersignatures.Select(Says.Countersignature)]);
        says["proofs"] = new JsonArray([.. receipt.Proofs.Select(proof => new JsonObject
        {
            ["size"] = proof.Size,
            ["index"] = proof.Index,
            ["path"] = new JsonArray([.. proof.Path.Select(hash => (JsonNode)Says.Hex(hash))]),
        })]);

        // The proofs are checked by the log's own tests.
        return new Judged(says, receipt.ToArray(), Bound: false);
    }

    private static Judged JudgeEpoch(byte[] bytes, JsonObject with)
    {
        Epoch epoch = Epoch.FromUntrusted(bytes);
        string[] members = [.. with["members"]!.AsArray().Select(one => one!.GetValue<string>())];
        JsonObject says = new() { ["epoch"] = epoch.Id.ToString(), ["registrySize"] = epoch.RegistrySize, ["recipients"] = epoch.Recipients };
        foreach (string member in members)
        {
            using EpochKey key = epoch.Open(Log(with), Parties.Agreement(member));
            says["key"] = Says.Hex(key.Export());
            says["keyHash"] = Says.Hex(key.Hash());
        }

        return new Judged(says, CanonicalCopy.Of(bytes), Bound: members.Length == epoch.Recipients);
    }

    private static Judged JudgeGrant(byte[] bytes, JsonObject with)
    {
        Grant grant = Grant.FromUntrusted(bytes);
        IReadOnlyList<EpochKey> keys = grant.Open(Log(with), Parties.Agreement(with["newcomer"]!.GetValue<string>()));
        JsonObject says = new()
        {
            ["current"] = grant.Current.ToString(),
            ["keys"] = new JsonArray([.. keys.Select(key => new JsonObject { ["epoch"] = key.Id.ToString(), ["key"] = Says.Hex(key.Export()) })]),
        };
        return new Judged(says, CanonicalCopy.Of(bytes), Bound: false);
    }

    private static Judged JudgeSlot(byte[] bytes)
    {
        IReadOnlyList<SlotItem> items = SlotItem.ReadSlot(bytes);
        byte[] again = new byte[bytes.Length];
        int used = 0;
        foreach (SlotItem item in items)
        {
            byte[] content = item.Reading?.Bytes.ToArray() ?? item.Event?.ToArray() ?? WireWriter.Write(item.Rollup!.Write);
            byte[] pair = [.. content, .. WireWriter.Write(cbor => cbor.WriteUInt64(item.BeforeMilliseconds))];
            pair.CopyTo(again, used);
            used += pair.Length;
        }

        return new Judged(new JsonObject { ["items"] = new JsonArray([.. items.Select(Says.Item)]), ["padding"] = bytes.Length - used }, again, Bound: false);
    }

    private static Judged JudgeSealed(byte[] bytes, JsonObject with)
    {
        SealedSlot slot = SealedSlot.FromUntrusted(bytes);
        using EpochKey key = KeyOf(with);
        JsonObject says = new()
        {
            ["epoch"] = slot.Epoch.ToString(),
            ["step"] = slot.Step,
            ["plaintext"] = Says.Hex(slot.Open(Log(with), key)),
            ["stepKey"] = Says.Hex(key.StepKey(slot.Step)),
        };
        return new Judged(says, CanonicalCopy.Of(bytes), Bound: true);
    }

    private static Judged JudgeCommand(byte[] bytes, JsonObject with)
    {
        Command command = Command.FromUntrusted(bytes, Log(with));
        PublicKey key = Signer(with);
        command.Verify(key);
        return new Judged(Says.Command(command), Command.Sign(Recorded(key, bytes), Log(with), command.Content).Bytes.ToArray(), Bound: true);
    }

    private static Judged JudgeCommandSlot(byte[] bytes, JsonObject with)
    {
        Command? command = SealedCommand.Open(Log(with), Parties.Agreement("gateway-hpke"), bytes);
        return new Judged(new JsonObject { ["command"] = command is null ? null : Says.Hex(command.Bytes) }, CanonicalCopy.Of(bytes), Bound: true);
    }

    private static Judged JudgeFollow(byte[] bytes)
    {
        FollowMessage message = FollowMessage.FromUntrusted(bytes);
        return new Judged(Says.Follow(message), message.ToArray(), Bound: false);
    }

    private static Judged JudgeFollowSequence(byte[] bytes)
    {
        IReadOnlyList<FollowMessage> messages = FollowMessage.ReadSequence(bytes);
        return new Judged(new JsonObject { ["messages"] = new JsonArray([.. messages.Select(Says.Follow)]) }, FollowMessage.WriteSequence(messages), Bound: false);
    }

    private static Judged JudgeSensorLink(byte[] bytes)
    {
        SensorLinkMessage message = SensorLinkMessage.FromUntrusted(bytes);
        return new Judged(Says.SensorLink(message), message.ToArray(), Bound: false);
    }

    private static RecordedSigner Recorded(PublicKey key, byte[] sign1) => new(key, CoseStructure.Read(sign1).Signature!);

    private static PublicKey Signer(JsonObject with) => Parties.Signer(with["signer"]!.GetValue<string>()).PublicKey;

    private static LogId Log(JsonObject with) => LogId.Parse(with["log"]!.GetValue<string>());

    private static byte[] Bytes(JsonObject with, string name) => Convert.FromHexString(with[name]!.GetValue<string>());

    private static EpochKey KeyOf(JsonObject with) =>
        EpochKey.From(new EpochId(Convert.ToUInt32(with["epoch"]!.GetValue<string>(), 16)), Bytes(with, "epochKey"));
}
