namespace Sealway.Archive;

using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text.Json;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>How far one log is judged, and what came of it. Used by one thread at a time; stored as its bytes, and made again from the entries where these are missing or damaged.</summary>
internal sealed class JudgedLog
{
    /// <summary>How far back judging goes when the registry has moved, in entries: what is pending for longer stays so.</summary>
    public const ulong MostRejudged = 65_536;

    private const ulong Version = 1;

    private LogTally? _tallyBeforePending;
    private ulong _rejudgedAt;

    private JudgedLog(LogAlarms alarms, LogTally tally, LogTally? tallyBeforePending)
    {
        Alarms = alarms;
        Tally = tally;
        _tallyBeforePending = tallyBeforePending;
    }

    public LogId Log => Alarms.Log;

    public LogAlarms Alarms { get; }

    public LogTally Tally { get; private set; }

    /// <summary>The entry to judge next.</summary>
    public ulong Next => Alarms.Place.Next;

    /// <summary>Begins where the log is held from.</summary>
    public static JudgedLog Begin(LogId log, AlarmRules rules, ulong start) => new(
        start == 0 ? new LogAlarms(log, rules) : new LogAlarms(log, rules, new Alarms.LogPlace(start, LogHistory.Joined, AlarmState.Empty)), new LogTally(), null);

    /// <summary>Goes on from what <see cref="ToBytes"/> gave.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static JudgedLog Read(LogId log, AlarmRules rules, ReadOnlyMemory<byte> bytes, string path)
    {
        if (bytes.Length <= SHA256.HashSizeInBytes || !SHA256.HashData(bytes.Span[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(bytes.Span[^SHA256.HashSizeInBytes..]))
        {
            throw new InvalidDataException($"{path} is damaged");
        }

        return StoredCbor.Read(bytes[..^SHA256.HashSizeInBytes], path, cbor =>
        {
            if (cbor.ReadStartArray() != 5 || cbor.ReadUInt64() != Version || cbor.ReadTextString() != log.ToString())
            {
                throw new InvalidDataException($"{path} is not of this log, or of another version");
            }

            try
            {
                LogAlarms alarms = LogAlarms.FromBytes(log, rules, cbor.ReadByteString());
                LogTally tally = LogTally.FromJson(cbor.ReadByteString());
                byte[] before = cbor.ReadByteString();
                cbor.ReadEndArray();
                return alarms.PendingFrom is null == (before.Length == 0)
                    ? new JudgedLog(alarms, tally, before.Length == 0 ? null : LogTally.FromJson(before))
                    : throw new InvalidDataException($"{path} contradicts itself");
            }
            catch (JsonException inner)
            {
                throw new InvalidDataException($"{path} is damaged", inner);
            }
        });
    }

    public byte[] ToBytes()
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(5);
        cbor.WriteUInt64(Version);
        cbor.WriteTextString(Log.ToString());
        cbor.WriteByteString(Alarms.ToBytes());
        cbor.WriteByteString(Tally.ToJson());
        cbor.WriteByteString(_tallyBeforePending?.ToJson() ?? []);
        cbor.WriteEndArray();
        byte[] body = cbor.Encode();
        return [.. body, .. SHA256.HashData(body)];
    }

    /// <summary>Judges the next entry.</summary>
    /// <param name="entry">The entry; maybe a blank.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <param name="differs">What one side alone has told of alarms for too long.</param>
    public LogStep Feed(LogEntry entry, RegistryView registry, out IReadOnlyList<UnmatchedAlarm> differs)
    {
        ulong index = Next;
        LogTally? before = Alarms.PendingFrom is null ? Tally : null;
        LogStep step = Alarms.Feed(index, entry.Bytes, registry);
        if (before is not null && Alarms.PendingFrom is not null)
        {
            _tallyBeforePending = before.Clone();
        }

        Tally.Count(step);
        foreach (AlarmChange change in step.Changes)
        {
            AlarmComparison.Told(Tally.Unmatched, new UnmatchedAlarm(change.Rule.Name, change.Sensor.ToString(), change.Raised, ByGateway: false, index, change.At));
        }

        if (step.Judged is { Event: AlarmEvent { Sensor: { } sensor } stated, Verdict.IsValid: true } judged)
        {
            AlarmComparison.Told(Tally.Unmatched, new UnmatchedAlarm(stated.Rule, sensor.ToString(), stated.Raised, ByGateway: true, index, judged.At));
        }

        differs = AlarmComparison.TakeDue(Tally.Unmatched, Alarms.Place.History.LastAt);
        Tally.AlarmsDiffer += (ulong)differs.Count;
        return step;
    }

    /// <summary>Goes back to before the first pending entry, if the registry has moved since the last time and it is not too far.</summary>
    /// <returns>Whether there is something to judge again.</returns>
    public bool Rewind(RegistryView registry)
    {
        if (Alarms.PendingFrom is not { } from || _tallyBeforePending is null || registry.Size <= _rejudgedAt || Next - from > MostRejudged)
        {
            return false;
        }

        _rejudgedAt = registry.Size;
        Alarms.Rewind();
        Tally = _tallyBeforePending;
        _tallyBeforePending = null;
        return true;
    }
}
