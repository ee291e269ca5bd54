namespace Sealway.Gateway;

using System.Runtime.InteropServices;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Decides what becomes of each message from a sensor, by the one verdict function. Keeps two histories: of what was
/// given to the recorder, by which it judges, and of what is durable, which goes to disk in the same transaction as the
/// entries, so that after a crash a number neither goes back nor is lost. For the writer loop only.
/// </summary>
internal sealed class ReadingGate
{
    private const string HistoryNote = "history/";
    private const string NumbersNote = "numbers/";

    private readonly Dictionary<Kid, StoredNumbers> _numbers;
    private readonly Dictionary<Kid, SignedNumbers> _signed;
    private readonly Dictionary<(Kid Sensor, ReadingNumber Number), SignedHash> _waiting = [];
    private LogHistory _given;
    private LogHistory _stored;
    private (int History, int Numbers) _parts;

    private ReadingGate(LogHistory history, Dictionary<Kid, StoredNumbers> numbers, Dictionary<Kid, SignedNumbers> signed, (int History, int Numbers) parts)
    {
        _signed = signed;
        _given = history;
        _stored = history;
        _numbers = numbers;
        _parts = parts;
    }

    /// <summary>What came before in the log, what waits in the recorder included.</summary>
    internal LogHistory Given => _given;

    /// <summary>How much of the registry was last stated to be in force.</summary>
    internal ulong? InForce => _given.InForce;

    /// <summary>Begins where the log's notes say.</summary>
    /// <exception cref="MessageException">The notes are damaged.</exception>
    internal static async Task<ReadingGate> LoadAsync(ILogStore store, LogId log, CancellationToken cancellation)
    {
        IReadOnlyList<Note> history = await store.Notes(log, HistoryNote, cancellation).ConfigureAwait(false);
        IReadOnlyList<Note> numbers = await store.Notes(log, NumbersNote, cancellation).ConfigureAwait(false);
        byte[] past = SplitNote.Join(history);
        return new ReadingGate(
            past.Length == 0 ? LogHistory.Beginning : LogHistory.FromBytes(past),
            ReadNumbers(SplitNote.Join(numbers)),
            SignedNumbers.Load(await store.Notes(log, SignedNumbers.NotePrefix, cancellation).ConfigureAwait(false)),
            (history.Count, numbers.Count));
    }

    /// <summary>Refuses a message that is longer than what can be recorded, for good: sending it again does not make it shorter.</summary>
    internal static Judgement TooLong(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Judgement.Refuse(Refusal.SlotOverflow, Reading.FromUntrusted(bytes).Number, final: true);
        }
        catch (MessageException refused)
        {
            return Judgement.Refuse(refused.Reason, null, final: true);
        }
    }

    /// <summary>Judges a message. What is accepted counts as given to the recorder.</summary>
    internal Judgement Judge(ReadOnlyMemory<byte> bytes, ulong at, LogId log, RegistryView registry)
    {
        Reading reading;
        try
        {
            reading = Reading.FromUntrusted(bytes);
        }
        catch (MessageException refused)
        {
            return Judgement.Refuse(refused.Reason, null, final: true);
        }

        Verdict verdict = Fleet.Judge.JudgeReading(log, at, reading, _given, registry);
        if (verdict.IsValid)
        {
            _given = _given.After(at, reading, verdict);
            _waiting.Add((reading.Kid, reading.Number), SignedHash.Of(reading));
            string subject = registry.AssignmentAt(reading.Kid, at)?.Assignment.Subject ?? registry.AssignmentOf(reading.Kid)!.Subject;
            return Judgement.Accept(new AcceptedReading(reading, at, verdict, subject));
        }

        if (verdict.Reason == Refusal.NotRising && WasTaken(reading.Kid, reading.Number))
        {
            // The verdict needs no signature to refuse it; to answer it takes one.
            return SignatureTrouble(reading, registry) is { } trouble ? Judgement.Refuse(trouble, reading.Number, final: true) : JudgeRepeat(reading);
        }

        // A key that counted when it was numbered, but is seen only now: not without doubt, so not taken.
        return Judgement.Refuse(verdict.Reason, reading.Number, final: verdict.Validity != Validity.Pending);
    }

    /// <summary>The gateway has stated something, to the recorder.</summary>
    internal void Stated(GatewayEvent statement, ulong at) => _given = _given.After(at, statement);

    /// <summary>These items go to disk now: gives the notes to store with them.</summary>
    internal IReadOnlyList<Note> Stored(IReadOnlyList<RecordedItem> items)
    {
        if (items.Count == 0)
        {
            return [];
        }

        foreach (RecordedItem item in items)
        {
            if (item.Reading is { } accepted)
            {
                Reading reading = accepted.Reading;
                _stored = _stored.After(item.At, reading, accepted.Verdict);
                _waiting.Remove((reading.Kid, reading.Number), out SignedHash signed);
                SignedOf(reading.Kid).Add(reading.Number, signed.Prefix);
                _numbers[reading.Kid] = _numbers.TryGetValue(reading.Kid, out StoredNumbers? numbers) ? numbers.With(reading.Number) : StoredNumbers.First(reading.Number);
            }
            else
            {
                _stored = _stored.After(item.At, item.Event!);
            }
        }

        List<Note> notes = [];
        foreach ((Kid sensor, SignedNumbers signed) in _signed)
        {
            signed.Changed(sensor, notes);
        }

        _parts = (SplitNote.Split(notes, HistoryNote, _stored.ToBytes(), _parts.History), SplitNote.Split(notes, NumbersNote, WriteNumbers(), _parts.Numbers));
        return notes;
    }

    // "Stored" would be a lie about other content under the number, and the true sensor would forget what nobody has.
    private Judgement JudgeRepeat(Reading reading)
    {
        ulong? signed = _waiting.TryGetValue((reading.Kid, reading.Number), out SignedHash waiting) ? waiting.Prefix
            : _signed.TryGetValue(reading.Kid, out SignedNumbers? numbers) ? numbers.Of(reading.Number)
            : null;
        return signed is null ? Judgement.Refuse(Refusal.NotRising, reading.Number, final: true)
            : signed == SignedHash.Of(reading).Prefix ? Judgement.Repeat(reading)
            : Judgement.Refuse(Refusal.Cloned, reading.Number, final: true);
    }

    private bool WasTaken(Kid sensor, ReadingNumber number) =>
        _waiting.ContainsKey((sensor, number)) || (_numbers.TryGetValue(sensor, out StoredNumbers? numbers) && numbers.Contains(number));

    private SignedNumbers SignedOf(Kid sensor) => CollectionsMarshal.GetValueRefOrAddDefault(_signed, sensor, out _) ??= new SignedNumbers();

    private static Refusal? SignatureTrouble(Reading reading, RegistryView registry)
    {
        try
        {
            reading.Verify(registry.Find(reading.Kid)!.Key);
            return null;
        }
        catch (MessageException refused)
        {
            return refused.Reason;
        }
    }

    private byte[] WriteNumbers()
    {
        byte[] bytes = new byte[_numbers.Values.Sum(numbers => Kid.Size + numbers.Bytes)];
        int at = 0;
        foreach ((Kid sensor, StoredNumbers numbers) in _numbers)
        {
            sensor.CopyTo(bytes.AsSpan(at));
            numbers.Write(bytes.AsSpan(at + Kid.Size));
            at += Kid.Size + numbers.Bytes;
        }

        return bytes;
    }

    private static Dictionary<Kid, StoredNumbers> ReadNumbers(ReadOnlySpan<byte> bytes)
    {
        Dictionary<Kid, StoredNumbers> all = [];
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < Kid.Size)
            {
                throw new MessageException(Refusal.Malformed, "stored numbers");
            }

            StoredNumbers numbers = StoredNumbers.Read(bytes[Kid.Size..]);
            all[Kid.FromBytes(bytes[..Kid.Size])] = numbers;
            bytes = bytes[(Kid.Size + numbers.Bytes)..];
        }

        return all;
    }
}
