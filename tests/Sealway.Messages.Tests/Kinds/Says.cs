namespace Sealway.Messages.Tests;

using System.Text.Json.Nodes;

/// <summary>What messages say, in the words of the vectors: bytes in hexadecimal, numbers as JSON numbers, measured numbers as their digits and their encoding.</summary>
internal static class Says
{
    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    public static JsonObject Reading(Reading reading) => Drop(new JsonObject
    {
        ["kid"] = reading.Kid.ToString(),
        ["boot"] = reading.Number.Boot,
        ["sequence"] = reading.Number.Sequence,
        ["nonce"] = reading.Nonce is { } nonce ? Hex(nonce) : null,
        ["measurements"] = new JsonArray([.. reading.Measurements.Select(Measurement)]),
    });

    public static JsonObject Entry(Entry entry) => new()
    {
        ["kind"] = (int)entry.Kind,
        ["at"] = entry.At,
        ["body"] = Hex(entry.Body),
        ["leafHash"] = Hex(System.Security.Cryptography.SHA256.HashData([0, .. entry.Bytes.Span])),
    };

    public static JsonObject Event(GatewayEvent statement)
    {
        JsonObject says = new() { ["type"] = (int)statement.Type, ["salt"] = Hex(statement.Salt) };
        switch (statement)
        {
            case GenerationEvent generation:
                says["reason"] = generation.Reason;
                says["previousLog"] = generation.Previous?.Log.ToString();
                says["previousSize"] = generation.Previous?.Size;
                says["previousRoot"] = generation.Previous is { } previous ? Hex(previous.Root) : null;
                break;
            case StartEvent start:
                says["software"] = start.Software;
                break;
            case ChallengeEvent challenge:
                says["nonce"] = Hex(challenge.Nonce);
                break;
            case AlarmEvent alarm:
                says["raised"] = alarm.Raised;
                says["rule"] = alarm.Rule;
                says["sensor"] = alarm.Sensor?.ToString();
                says["metric"] = alarm.Metric;
                says["value"] = alarm.Value is { } value ? Number(value) : null;
                break;
            case RefusedEvent refused:
                says["counts"] = new JsonObject(refused.Counts.Select(one => KeyValuePair.Create(((int)one.Key).ToString(System.Globalization.CultureInfo.InvariantCulture), (JsonNode?)one.Value)));
                break;
            case LostEvent lost:
                says["count"] = lost.Count;
                says["from"] = lost.FromMilliseconds;
                says["to"] = lost.ToMilliseconds;
                break;
            case InForceEvent inForce:
                says["registrySize"] = inForce.RegistrySize;
                break;
            case HeatingEvent heating:
                says["subject"] = heating.Subject;
                says["on"] = heating.On;
                says["target"] = Number(heating.Target);
                break;
            case CommandDoneEvent done:
                says["hash"] = Hex(done.Hash);
                says["outcome"] = (int)done.Outcome;
                break;
            case LabelsEvent labels:
                says["labels"] = new JsonObject(labels.Labels.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));
                break;
            case EpochBeganEvent began:
                says["keyHash"] = Hex(began.KeyHash);
                break;
            default:
                throw new InvalidDataException($"{statement.Type} has no words yet");
        }

        return Drop(says);
    }

    public static JsonObject Content(StatementContent content) => Drop(content switch
    {
        Enrolment enrol => new JsonObject
        {
            ["key"] = Hex(enrol.Key.ToCoseKey()),
            ["role"] = (int)enrol.Role,
            ["name"] = enrol.Name,
            ["model"] = enrol.Model,
            ["certificate"] = enrol.Certificate is { } certificate ? Hex(certificate) : null,
            ["agreement"] = enrol.Agreement is { } agreement ? Hex(agreement.ToCoseKey()) : null,
            ["recovery"] = enrol.Recovery is { } recovery ? Hex(recovery) : null,
        },
        Assignment assign => new JsonObject
        {
            ["sensor"] = assign.Sensor.ToString(),
            ["gateway"] = assign.Gateway,
            ["subject"] = assign.Subject,
            ["since"] = assign.SinceMilliseconds,
            ["archive"] = assign.Archive?.ToString(),
        },
        Revocation revoke => new JsonObject
        {
            ["key"] = revoke.Key.ToString(),
            ["since"] = revoke.SinceMilliseconds,
            ["reason"] = revoke.Reason,
            ["last"] = Last(revoke.Last),
        },
        Status status => new JsonObject
        {
            ["through"] = status.ThroughMilliseconds,
            ["revoked"] = new JsonArray([.. status.Revoked.Select(one => new JsonArray(one.Key.ToString(), one.SinceMilliseconds))]),
            ["page"] = status.Page is { } page ? new JsonArray(page.First.ToString(), page.Last.ToString()) : null,
        },
        Rotation rotate => new JsonObject
        {
            ["old"] = rotate.Old.ToString(),
            ["key"] = rotate.Key is { } key ? Hex(key.ToCoseKey()) : null,
            ["since"] = rotate.SinceMilliseconds,
            ["last"] = Last(rotate.Last),
            ["agreement"] = rotate.Agreement is { } agreement ? Hex(agreement.ToCoseKey()) : null,
            ["recovery"] = rotate.Recovery is { } recovery ? Hex(recovery.ToCoseKey()) : null,
            ["nextRecovery"] = rotate.NextRecovery is { } next ? Hex(next) : null,
        },
        Erasure erase => new JsonObject
        {
            ["log"] = erase.ErasedLog.ToString(),
            ["first"] = erase.First,
            ["last"] = erase.Last,
            ["reason"] = erase.Reason,
        },
        _ => throw new InvalidDataException($"{content.Kind} has no words yet"),
    });

    public static JsonObject Head(HeadClaims claims) => new()
    {
        ["kid"] = claims.Kid.ToString(),
        ["log"] = claims.Log.ToString(),
        ["seconds"] = claims.Seconds,
        ["size"] = claims.Size,
        ["registrySize"] = claims.RegistrySize,
    };

    public static JsonObject Countersignature(Countersignature countersignature) => new()
    {
        ["kid"] = countersignature.Kid.ToString(),
        ["seconds"] = countersignature.Seconds,
        ["registrySize"] = countersignature.RegistrySize,
        ["from"] = countersignature.From,
    };

    public static JsonObject Rollup(Rollup rollup) => new()
    {
        ["sensor"] = rollup.Sensor.ToString(),
        ["metric"] = rollup.Metric,
        ["start"] = rollup.StartMilliseconds,
        ["length"] = rollup.LengthMilliseconds,
        ["count"] = rollup.Count,
        ["mean"] = Number(rollup.Mean),
        ["min"] = Number(rollup.Min),
        ["max"] = Number(rollup.Max),
    };

    public static JsonObject Item(SlotItem item) => Drop(new JsonObject
    {
        ["before"] = item.BeforeMilliseconds,
        ["bytes"] = Hex(item.Bytes),
        ["reading"] = item.Reading is { } reading ? Reading(reading) : null,
        ["event"] = item.Event is { } statement ? Event(statement) : null,
        ["rollup"] = item.Rollup is { } rollup ? Rollup(rollup) : null,
    });

    public static JsonObject Command(Command command) => Drop(new JsonObject
    {
        ["signer"] = command.Signer.ToString(),
        ["number"] = command.Content.Number,
        ["expiry"] = command.Content.ExpiryMilliseconds,
        ["size"] = command.Content.Size,
        ["root"] = Hex(command.Content.Root),
        ["action"] = (int)command.Content.Action,
        ["subject"] = command.Content.Subject,
        ["target"] = command.Content.Target is { } target ? Number(target) : null,
        ["member"] = command.Content.Member?.ToString(),
        ["grant"] = command.Content.Grant is { } grant ? Hex(grant) : null,
        ["index"] = command.Content.Index,
        ["statement"] = command.Content.Statement is { } statement ? Hex(statement) : null,
        ["hash"] = Hex(command.Hash()),
    });

    public static JsonObject Follow(FollowMessage message) => message switch
    {
        Append append => new JsonObject
        {
            ["kind"] = "append",
            ["log"] = append.Log.ToString(),
            ["from"] = append.From,
            ["entries"] = new JsonArray([.. append.Entries.Select(entry => new JsonObject { [entry.IsBlank ? "blank" : "entry"] = Hex(entry.Bytes) })]),
            ["head"] = Hex(append.Head.Bytes),
            ["countersignatures"] = new JsonArray([.. append.Countersignatures.Select(Countersignature)]),
        },
        Held held => new JsonObject
        {
            ["kind"] = "held",
            ["log"] = held.Log.ToString(),
            ["size"] = held.Size,
            ["head"] = held.Head is { } head ? Hex(head.Bytes) : null,
            ["countersignatures"] = new JsonArray([.. held.Countersignatures.Select(Countersignature)]),
        },
        EntriesRequest entries => new JsonObject { ["kind"] = "entries", ["log"] = entries.Log.ToString(), ["from"] = entries.From, ["to"] = entries.To },
        HeadRequest head => new JsonObject { ["kind"] = "head", ["log"] = head.Log.ToString() },
        News news => new JsonObject { ["kind"] = "news", ["log"] = news.Log.ToString(), ["size"] = news.Size },
        StartRequest start => new JsonObject { ["kind"] = "start-request", ["log"] = start.Log.ToString() },
        Start start => new JsonObject
        {
            ["kind"] = "start",
            ["log"] = start.Log.ToString(),
            ["frontier"] = new JsonArray([.. start.Frontier.Select(hash => (JsonNode)Hex(hash))]),
            ["head"] = Hex(start.Head.Bytes),
            ["countersignatures"] = new JsonArray([.. start.Countersignatures.Select(Countersignature)]),
        },
        CommandSlot slot => new JsonObject { ["kind"] = "command", ["log"] = slot.Log.ToString(), ["slot"] = Hex(slot.Slot) },
        _ => throw new InvalidDataException("this follow message has no words yet"),
    };

    public static JsonObject SensorLink(SensorLinkMessage message) => message switch
    {
        SensorChallenge challenge => new JsonObject { ["kind"] = "challenge", ["nonce"] = Hex(challenge.Nonce) },
        StoredReadings stored => new JsonObject { ["kind"] = "stored", ["numbers"] = new JsonArray([.. stored.Numbers.Select(number => (JsonNode)number.ToString())]) },
        RefusedReading refused => new JsonObject { ["kind"] = "refused", ["number"] = refused.Number.ToString(), ["reason"] = (int)refused.Reason },
        _ => throw new InvalidDataException("this sensor link message has no words yet"),
    };

    public static JsonObject Number(Number number) => new()
    {
        ["digits"] = number.ToString(),
        ["cbor"] = Hex(WireWriter.Write(number.Write)),
    };

    private static JsonObject Measurement(Measurement measurement) => Drop(new JsonObject
    {
        ["name"] = measurement.Name,
        ["unit"] = measurement.Unit,
        ["value"] = Number(measurement.Value),
        ["time"] = measurement.Time is { } time ? Number(time) : null,
    });

    private static JsonObject? Last(LastThatCounts? last) => last switch
    {
        null => null,
        { Reading: { } reading } => new JsonObject { ["reading"] = reading.ToString() },
        { Log: { } log } => new JsonObject { ["generation"] = log.Generation, ["size"] = log.Size },
        _ => new JsonObject { ["command"] = last.Command },
    };

    // What is not there has no line, so that null need not be told from absent.
    private static JsonObject Drop(JsonObject says)
    {
        foreach (string name in says.Where(one => one.Value is null).Select(one => one.Key).ToArray())
        {
            says.Remove(name);
        }

        return says;
    }
}
