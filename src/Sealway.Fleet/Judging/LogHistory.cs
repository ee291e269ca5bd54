namespace Sealway.Fleet;

using System.Buffers.Binary;
using System.Collections.Immutable;

using Sealway.Messages;

/// <summary>
/// What came before in one log, as far as it bears on what comes next. Immutable: keeping one is a copy, and a judge may
/// go on from any. Stored as its bytes in the same transaction as the entries that led to it.
/// </summary>
public sealed class LogHistory
{
    /// <summary>How many challenges are kept, the latest; an answer to an older one counts as stale. At one a minute the window holds three.</summary>
    public const int KeptChallenges = 16;

    /// <summary>How many epochs are kept, the latest; a slot under an older one is refused.</summary>
    public const int KeptEpochs = 4;

    private const byte Version = 2;
    private const byte NeverAnswered = 0;
    private const byte HasAnswered = 1;
    private const byte WholeFlag = 1;
    private const byte InForceFlag = 2;
    private const int FormShift = 2;
    private const int SensorBytes = Kid.Size + ReadingNumber.Size + SignedHash.Size + 1;
    private const string What = "log history";

    private LogHistory()
    {
    }

    private LogHistory(LogHistory from)
    {
        IsWhole = from.IsWhole;
        Form = from.Form;
        LastAt = from.LastAt;
        InForce = from.InForce;
        Challenges = from.Challenges;
        Epochs = from.Epochs;
        Sensors = from.Sensors;
    }

    /// <summary>Before entry 0.</summary>
    public static LogHistory Beginning { get; } = new() { IsWhole = true };

    /// <summary>Before some later entry, with nothing known of what was before: that is not judged.</summary>
    public static LogHistory Joined { get; } = new();

    /// <summary>Whether everything from entry 0 on was judged, without a blank.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>Whether the log is open or sealed.</summary>
    public LogForm Form { get; private init; }

    /// <summary>The latest time of any entry so far, milliseconds since 1970 by the gateway's clock.</summary>
    public ulong LastAt { get; private init; }

    /// <summary>How much of the registry the gateway acts on, in entries, as it last stated; null if it has not.</summary>
    public ulong? InForce { get; private init; }

    /// <summary>The latest challenges, oldest first.</summary>
    public ImmutableArray<LoggedChallenge> Challenges { get; private init; } = [];

    /// <summary>The latest epochs, oldest first.</summary>
    public ImmutableArray<LoggedEpoch> Epochs { get; private init; } = [];

    /// <summary>What there is of each sensor whose readings counted.</summary>
    public ImmutableSortedDictionary<Kid, SensorHistory> Sensors { get; private init; } = ImmutableSortedDictionary<Kid, SensorHistory>.Empty;

    /// <summary>The history with one more entry or item. A refused one leaves it as it is; a pending one moves the time alone.</summary>
    public LogHistory After(Judged judged)
    {
        ArgumentNullException.ThrowIfNull(judged);
        return judged.Verdict.Validity == Validity.Refused ? this
            : judged.Reading is { } reading ? AfterReading(judged.At, reading, judged.Verdict, entry: !judged.IsItem)
            : judged.Event is { } statement ? After(judged.At, statement)
            : judged.Slot is { } slot ? AfterSlot(judged.At, slot)
            : judged.Epoch is { } epoch ? AfterEpoch(judged.At, epoch)
            : new LogHistory(this) { LastAt = Math.Max(LastAt, judged.At), Form = judged.Grant is null ? Form : LogForm.Sealed };
    }

    /// <summary>The history with one more reading, for a gateway that has just taken it.</summary>
    /// <param name="arrival">When it arrived, milliseconds since 1970.</param>
    /// <param name="reading">The reading.</param>
    /// <param name="verdict">What <see cref="Judge.JudgeReading"/> said of it with this history.</param>
    public LogHistory After(ulong arrival, Reading reading, Verdict verdict) => AfterReading(arrival, reading, verdict, entry: false);

    /// <summary>The history with one more event, for a gateway that has just stated it.</summary>
    public LogHistory After(ulong at, GatewayEvent statement)
    {
        ulong last = Math.Max(LastAt, at);
        return statement switch
        {
            ChallengeEvent challenge => new LogHistory(this) { LastAt = last, Challenges = WithChallenge(challenge, at) },
            InForceEvent inForce => new LogHistory(this) { LastAt = last, InForce = Math.Max(InForce ?? 0, inForce.RegistrySize) },
            _ => last == LastAt ? this : new LogHistory(this) { LastAt = last },
        };
    }

    /// <summary>The history with an entry of which only the hash is here: whatever it said is unknown from now on.</summary>
    public LogHistory AfterBlank() => IsWhole ? new LogHistory(this) { IsWhole = false } : this;

    /// <summary>This history, made again from entries of which some are a hash alone now, with what an earlier one knew from these.</summary>
    internal LogHistory Filled(LogHistory earlier) => IsWhole || earlier == this ? this : new LogHistory(this)
    {
        Form = Form == LogForm.Undecided ? earlier.Form : Form,
        LastAt = Math.Max(LastAt, earlier.LastAt),
        InForce = InForce ?? earlier.InForce,
        Challenges = Challenges.IsEmpty ? earlier.Challenges : Challenges,
        Epochs = Epochs.IsEmpty ? earlier.Epochs : Epochs,
        Sensors = earlier.Sensors.SetItems(Sensors),
    };

    /// <summary>The history as bytes: 19 and a few more, 65 for each sensor.</summary>
    public byte[] ToBytes()
    {
        StateWriter writer = new(64 + (Challenges.Length * 16) + (Sensors.Count * (SensorBytes + 16)));
        writer.Byte(Version);
        writer.Byte((byte)((IsWhole ? WholeFlag : 0) | (InForce is null ? 0 : InForceFlag) | ((int)Form << FormShift)));
        writer.UInt64(LastAt);
        if (InForce is { } inForce)
        {
            writer.UInt64(inForce);
        }

        writer.Byte((byte)Epochs.Length);
        foreach (LoggedEpoch epoch in Epochs)
        {
            writer.UInt32(epoch.Id.Value);
            writer.UInt32(epoch.NextStep);
        }

        writer.Byte((byte)Challenges.Length);
        foreach (LoggedChallenge challenge in Challenges)
        {
            writer.UInt64(challenge.Nonce);
            writer.UInt64(challenge.At);
        }

        writer.UInt32((uint)Sensors.Count);
        foreach ((Kid kid, SensorHistory sensor) in Sensors)
        {
            writer.Kid(kid);
            sensor.Last.CopyTo(writer.Span(ReadingNumber.Size));
            sensor.Signed.CopyTo(writer.Span(SignedHash.Size));
            writer.Byte(sensor.Answered is null ? NeverAnswered : HasAnswered);
            if (sensor.Answered is { } answered)
            {
                writer.UInt64(answered.Nonce);
                writer.UInt64(answered.At);
            }
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="MessageException">Anything else.</exception>
    public static LogHistory FromBytes(ReadOnlySpan<byte> bytes)
    {
        StateReader reader = new(bytes, What);
        if (reader.Byte() != Version)
        {
            throw reader.Wrong(Refusal.Malformed);
        }

        byte flags = reader.Byte();
        LogForm form = (LogForm)(flags >> FormShift);
        if (form > LogForm.Sealed)
        {
            throw reader.Wrong(Refusal.Malformed);
        }

        LogHistory history = new()
        {
            IsWhole = (flags & WholeFlag) != 0,
            Form = form,
            LastAt = reader.Number(),
            InForce = (flags & InForceFlag) != 0 ? reader.Number() : null,
            Epochs = ReadEpochs(ref reader),
            Challenges = ReadChallenges(ref reader),
            Sensors = ReadSensors(ref reader),
        };
        reader.End();
        return history;
    }

    internal LoggedChallenge? Asked(ReadOnlyMemory<byte>? nonce)
    {
        if (nonce is not { Length: Reading.NonceSize } bytes)
        {
            return null;
        }

        ulong asked = BinaryPrimitives.ReadUInt64BigEndian(bytes.Span);
        foreach (LoggedChallenge challenge in Challenges)
        {
            if (challenge.Nonce == asked)
            {
                return challenge;
            }
        }

        return null;
    }

    /// <summary>The latest challenge that a reading answers or follows; null if none is known. Order decides, not the clock: one that went back must not keep readings fresh.</summary>
    internal LoggedChallenge? Answered(SensorHistory? sensor, Reading reading)
    {
        LoggedChallenge? asked = Asked(reading.Nonce);
        LoggedChallenge? before = sensor?.Answered;

        // One that is not among those kept is older than all of them.
        return asked is null || (before is not null && Challenges.IndexOf(before.Value) > Challenges.IndexOf(asked.Value)) ? before : asked;
    }

    private LogHistory AfterReading(ulong at, Reading reading, Verdict verdict, bool entry)
    {
        if (verdict.Validity == Validity.Refused)
        {
            return this;
        }

        LogForm form = entry ? LogForm.Open : Form;
        ulong last = Math.Max(LastAt, at);
        if (verdict.Validity == Validity.Pending)
        {
            return new LogHistory(this) { LastAt = last, Form = form };
        }

        SensorHistory sensor = new(reading.Number, SignedHash.Of(reading), Answered(Sensors.GetValueOrDefault(reading.Kid), reading));
        return new LogHistory(this) { LastAt = last, Form = form, Sensors = Sensors.SetItem(reading.Kid, sensor) };
    }

    private LogHistory AfterSlot(ulong at, SealedSlot slot)
    {
        LoggedEpoch spent = new(slot.Epoch, slot.Step + 1u);
        ImmutableArray<LoggedEpoch> epochs = [.. Epochs.Select(epoch => epoch.Id == slot.Epoch ? spent : epoch)];
        return new LogHistory(this)
        {
            LastAt = Math.Max(LastAt, at),
            Form = LogForm.Sealed,
            Epochs = Epochs.Any(epoch => epoch.Id == slot.Epoch) ? epochs : Latest(Epochs, spent, KeptEpochs),
        };
    }

    private LogHistory AfterEpoch(ulong at, Epoch epoch) => new(this)
    {
        LastAt = Math.Max(LastAt, at),
        Form = LogForm.Sealed,
        InForce = Math.Max(InForce ?? 0, epoch.RegistrySize),
        Epochs = Latest(Epochs, new LoggedEpoch(epoch.Id, 0), KeptEpochs),
    };

    private ImmutableArray<LoggedChallenge> WithChallenge(ChallengeEvent challenge, ulong at)
    {
        // A nonce that is logged again stays as old as it is: the answer to it may be, too.
        return Asked(challenge.Nonce) is null
            ? Latest(Challenges, new LoggedChallenge(BinaryPrimitives.ReadUInt64BigEndian(challenge.Nonce.Span), at), KeptChallenges)
            : Challenges;
    }

    private static ImmutableArray<T> Latest<T>(ImmutableArray<T> list, T next, int kept) =>
        (list.Length < kept ? list : list.RemoveRange(0, list.Length - kept + 1)).Add(next);

    private static ImmutableArray<LoggedEpoch> ReadEpochs(ref StateReader reader)
    {
        int count = reader.Byte();
        if (count > KeptEpochs)
        {
            throw reader.Wrong(Refusal.WrongCount);
        }

        LoggedEpoch[] epochs = new LoggedEpoch[count];
        for (int i = 0; i < count; i++)
        {
            epochs[i] = new LoggedEpoch(new EpochId(reader.UInt32()), reader.UInt32());
            if (epochs[i].NextStep > Sealer.Steps)
            {
                throw reader.Wrong(Refusal.NumberOutOfRange);
            }
        }

        return [.. epochs];
    }

    private static ImmutableArray<LoggedChallenge> ReadChallenges(ref StateReader reader)
    {
        int count = reader.Byte();
        if (count > KeptChallenges)
        {
            throw reader.Wrong(Refusal.WrongCount);
        }

        LoggedChallenge[] challenges = new LoggedChallenge[count];
        for (int i = 0; i < count; i++)
        {
            challenges[i] = new LoggedChallenge(reader.UInt64(), reader.Number());
        }

        return [.. challenges];
    }

    private static ImmutableSortedDictionary<Kid, SensorHistory> ReadSensors(ref StateReader reader)
    {
        int count = reader.Count(SensorBytes);
        ImmutableSortedDictionary<Kid, SensorHistory>.Builder sensors = ImmutableSortedDictionary.CreateBuilder<Kid, SensorHistory>();
        Kid? before = null;
        for (int i = 0; i < count; i++)
        {
            Kid kid = reader.Kid();
            if (kid <= before)
            {
                throw reader.Wrong(Refusal.NotDeterministic);
            }

            ReadingNumber last = ReadingNumber.FromBytes(reader.Take(ReadingNumber.Size));
            SignedHash signed = SignedHash.FromBytes(reader.Take(SignedHash.Size));
            LoggedChallenge? answered = reader.Byte() switch
            {
                NeverAnswered => null,
                HasAnswered => new LoggedChallenge(reader.UInt64(), reader.Number()),
                _ => throw reader.Wrong(Refusal.Malformed),
            };
            sensors.Add(kid, new SensorHistory(last, signed, answered));
            before = kid;
        }

        return sensors.ToImmutable();
    }
}
