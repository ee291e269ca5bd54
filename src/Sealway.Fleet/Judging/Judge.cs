namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>
/// The one verdict function, the same for gateway, cloud, archive, app and verifier: an entry, what came before it in
/// its log, and the registry decide, nothing else. No clock, no I/O; the same arguments give the same verdict.
/// Who holds a key and where it is assigned is taken from the registry as far as the log itself states it to be in force
/// (event in-force, or an epoch's registry size); withdrawals from all of the registry that the judge knows. So a larger
/// registry turns pending entries into decided ones and, by a withdrawal, those of the withdrawn key into doubtful or
/// refused ones (and, where a refused one no longer stands in the way, another under the same number into what it is
/// worth itself); everything else stays as it was judged.
/// </summary>
public static class Judge
{
    /// <summary>Judges an entry of a gateway's log.</summary>
    /// <param name="log">The log; its name is the gateway's.</param>
    /// <param name="index">Where the entry stands.</param>
    /// <param name="entry">Its bytes. A blank cannot be judged: see <see cref="LogHistory.AfterBlank"/>.</param>
    /// <param name="before">What came before.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <returns>The verdict and what was read; <see cref="LogHistory.After(Judged)"/> goes on from it.</returns>
    public static Judged JudgeEntry(LogId log, ulong index, ReadOnlyMemory<byte> entry, LogHistory before, RegistryView registry)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(registry);
        if (entry.IsEmpty)
        {
            return new Judged(0, Verdict.Refused(Refusal.UnexpectedBlank));
        }

        Entry read;
        try
        {
            read = Entry.FromUntrusted(entry);
        }
        catch (MessageException refused)
        {
            return new Judged(0, Verdict.Refused(refused.Reason));
        }

        Judged judged;
        try
        {
            judged = JudgeKind(log, index, read, before, registry);
        }
        catch (MessageException refused)
        {
            judged = new Judged(read.At, Verdict.Refused(refused.Reason)) { Entry = read };
        }

        return read.At >= before.LastAt ? judged : judged with { Verdict = judged.Verdict with { ClockWentBack = true } };
    }

    /// <summary>Judges an item of an opened slot. The slot's entry was judged valid, and its history is <paramref name="before"/>, with the items before this one.</summary>
    /// <param name="log">The log.</param>
    /// <param name="slotAt">The slot's time, milliseconds since 1970: the entry's.</param>
    /// <param name="item">The item.</param>
    /// <param name="before">What came before.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    public static Judged JudgeItem(LogId log, ulong slotAt, SlotItem item, LogHistory before, RegistryView registry)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.BeforeMilliseconds > slotAt)
        {
            return new Judged(slotAt, Verdict.Refused(Refusal.NumberOutOfRange));
        }

        ulong arrival = slotAt - item.BeforeMilliseconds;
        return item.Reading is { } reading ? Judged.Of(arrival, reading, JudgeReading(log, arrival, reading, before, registry))
            : item.Event is { } statement ? new Judged(arrival, JudgeEvent(statement, before, slot: true)) { Event = statement }
            : new Judged(arrival, Verdict.Valid) { Rollup = item.Rollup };
    }

    /// <summary>Judges a reading by itself: what stands in an entry or a slot, and what a gateway is about to log.</summary>
    /// <param name="log">The log that it stands in or will.</param>
    /// <param name="arrival">When it arrived, milliseconds since 1970 by the gateway's clock: the entry's time.</param>
    /// <param name="reading">The reading, not verified yet.</param>
    /// <param name="before">What came before in the log.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    public static Verdict JudgeReading(LogId log, ulong arrival, Reading reading, LogHistory before, RegistryView registry)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(registry);
        Verdict verdict = new(Validity.Refused, Refusal.None, Freshness.Unproven, reading.Kid, reading.Number);

        // The cheap questions first: what is refused anyway costs no verification.
        (Party? party, Refusal trouble) = Signer(log, arrival, reading.Kid, before, registry);
        if (party is null)
        {
            bool lags = before.InForce is not { } inForce || inForce > registry.Size;
            Validity validity = lags && trouble is Refusal.UnknownKey or Refusal.NotAssigned ? Validity.Pending : Validity.Refused;
            return verdict with { Validity = validity, Reason = trouble };
        }

        Withdrawal? withdrawal = registry.WithdrawalOf(party.Kid);
        if (withdrawal is not null && IsAfterWithdrawal(reading, arrival, withdrawal))
        {
            return verdict with { Reason = Refusal.Revoked };
        }

        SensorHistory? sensor = before.Sensors.GetValueOrDefault(reading.Kid);
        int rises = sensor is null ? 1 : reading.Number.CompareTo(sensor.Last);
        if (rises < 0 || (rises == 0 && SignedHash.Of(reading) == sensor!.Signed))
        {
            return verdict with { Reason = Refusal.NotRising };
        }

        try
        {
            reading.Verify(party.Key);
        }
        catch (MessageException refused)
        {
            return verdict with { Reason = refused.Reason };
        }

        if (rises == 0)
        {
            // Both are signed: this one and the one that the history has. That is the evidence.
            return verdict with { Reason = Refusal.Cloned };
        }

        bool doubtful = withdrawal is not null && IsFirstSeenAfter(arrival, withdrawal, before);
        return verdict with
        {
            Validity = doubtful ? Validity.Doubtful : Validity.Valid,
            Reason = doubtful ? Refusal.Revoked : Refusal.None,
            Freshness = FreshnessOf(reading, arrival, sensor, before),
            Gap = GapBefore(reading.Number, sensor),
        };
    }

    /// <summary>Whether a sensor's readings belong in a log by what is in force there: enrolled, assigned to the log's gateway, and not withdrawn.</summary>
    /// <param name="log">The log.</param>
    /// <param name="at">The time, milliseconds since 1970 by the gateway's clock.</param>
    /// <param name="sensor">The sensor's key.</param>
    /// <param name="history">What came before.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    public static bool BelongsTo(LogId log, ulong at, Kid sensor, LogHistory history, RegistryView registry)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(registry);
        return Signer(log, at, sensor, history, registry).Party is not null
            && !(registry.WithdrawalOf(sensor) is { } withdrawal && (history.InForce is null || withdrawal.Index < history.InForce) && at >= withdrawal.SinceMilliseconds);
    }

    private static Judged JudgeKind(LogId log, ulong index, Entry entry, LogHistory before, RegistryView registry)
    {
        Refusal misplaced = WithdrawnGateway(log, index, entry, registry) ? Refusal.Revoked : Misplaced(index, entry.Kind, before.Form);
        if (misplaced != Refusal.None)
        {
            return new Judged(entry.At, Verdict.Refused(misplaced)) { Entry = entry };
        }

        switch (entry.Kind)
        {
            case EntryKind.Reading:
                Reading reading = Reading.FromUntrusted(entry.Body);
                return new Judged(entry.At, JudgeReading(log, entry.At, reading, before, registry)) { Entry = entry, Reading = reading };

            case EntryKind.Event:
                GatewayEvent statement = GatewayEvent.FromUntrusted(entry.Body);
                Verdict verdict = index == 0 ? JudgeFirst(log, statement) : JudgeEvent(statement, before, slot: false);
                return new Judged(entry.At, verdict) { Entry = entry, Event = statement };

            case EntryKind.Sealed:
                SealedSlot slot = SealedSlot.FromUntrusted(entry.Body);
                return new Judged(entry.At, JudgeSlot(slot, before)) { Entry = entry, Slot = slot };

            case EntryKind.Epoch:
                Epoch epoch = Epoch.FromUntrusted(entry.Body);
                Verdict fresh = before.Epochs.Any(one => one.Id == epoch.Id) ? Verdict.Refused(Refusal.StepRepeated) : Verdict.Valid;
                return new Judged(entry.At, fresh) { Entry = entry, Epoch = epoch };

            default:
                return new Judged(entry.At, Verdict.Valid) { Entry = entry, Grant = Grant.FromUntrusted(entry.Body) };
        }
    }

    private static Refusal Misplaced(ulong index, EntryKind kind, LogForm form) => index == 0 && kind != EntryKind.Event
        ? Refusal.NoGeneration
        : kind switch
        {
            EntryKind.Event => Refusal.None,
            EntryKind.Reading when form != LogForm.Sealed => Refusal.None,
            EntryKind.Sealed or EntryKind.Epoch or EntryKind.Grant when form != LogForm.Open => Refusal.None,
            _ => Refusal.WrongKind,
        };

    private static Verdict JudgeFirst(LogId log, GatewayEvent statement)
    {
        // Generation 0 follows nothing; a later one names an earlier one of the same gateway.
        bool fits = statement is GenerationEvent generation
            && (generation.Previous is { } previous ? previous.Log.Name == log.Name && previous.Log.Generation < log.Generation : log.Generation == 0);
        return fits ? Verdict.Valid : Verdict.Refused(Refusal.NoGeneration);
    }

    private static Verdict JudgeEvent(GatewayEvent statement, LogHistory before, bool slot)
    {
        bool belongs = statement.Type switch
        {
            EventType.Generation => false,
            EventType.Start or EventType.Lost => true,
            EventType.Labels or EventType.EpochBegan => slot,
            _ => slot || before.Form != LogForm.Sealed,
        };
        return !belongs ? Verdict.Refused(Refusal.WrongKind)
            : statement is InForceEvent inForce && inForce.RegistrySize < before.InForce ? Verdict.Refused(Refusal.Contradiction)
            : Verdict.Valid;
    }

    private static Verdict JudgeSlot(SealedSlot slot, LogHistory before)
    {
        foreach (LoggedEpoch epoch in before.Epochs)
        {
            if (epoch.Id == slot.Epoch)
            {
                return slot.Step < epoch.NextStep ? Verdict.Refused(Refusal.StepRepeated) : Verdict.Valid;
            }
        }

        // Where not all of the log was seen, its epoch may have begun in what was not.
        return before.IsWhole ? Verdict.Refused(Refusal.UnknownEpoch) : Verdict.Valid;
    }

    // Entries at and beyond the last size that counts are a withdrawn gateway's; a replaced key's log goes on under the new key.
    private static bool WithdrawnGateway(LogId log, ulong index, Entry entry, RegistryView registry) =>
        registry.FindByName(log.Name, Role.Gateway) is { } gateway
        && registry.WithdrawalOf(gateway.Kid) is { } withdrawal
        && (withdrawal.Last?.Log is { } last
            ? log.Generation > last.Generation || (log.Generation == last.Generation && index >= last.Size)
            : entry.At >= withdrawal.SinceMilliseconds);

    private static (Party? Party, Refusal Trouble) Signer(LogId log, ulong arrival, Kid sensor, LogHistory before, RegistryView registry)
    {
        ulong known = before.InForce is { } inForce && inForce < registry.Size ? inForce : registry.Size;
        Party? party = registry.Find(sensor);
        return party is null || party.EnrolledAt >= known ? (null, Refusal.UnknownKey)
            : party.Role != Role.Sensor ? (null, Refusal.WrongRole)
            : !IsAssigned(registry.AssignmentsOf(sensor), known, log.Name, arrival) ? (null, Refusal.NotAssigned)
            : (party, Refusal.None);
    }

    // Skew is no reason to refuse: while a sensor changes hands, both the gateway of the latest statement and the gateway
    // whose time it still is by the entry's clock may log it.
    private static bool IsAssigned(IReadOnlyList<Assigned> assignments, ulong known, string gateway, ulong arrival)
    {
        bool isLatest = true;
        for (int i = assignments.Count - 1; i >= 0; i--)
        {
            if (assignments[i].Index >= known)
            {
                continue;
            }

            Assignment assignment = assignments[i].Assignment;
            bool ours = assignment.Gateway == gateway;
            if (ours && isLatest)
            {
                return true;
            }

            if (assignment.SinceMilliseconds <= arrival)
            {
                return ours;
            }

            isLatest = false;
        }

        return false;
    }

    private static bool IsAfterWithdrawal(Reading reading, ulong arrival, Withdrawal withdrawal) =>
        withdrawal.Last?.Reading is { } last ? reading.Number > last : arrival >= withdrawal.SinceMilliseconds;

    // By the log's order or by its clock, whichever says so: a gateway that lags behind cannot make a found key's old numbers whole.
    private static bool IsFirstSeenAfter(ulong arrival, Withdrawal withdrawal, LogHistory before) =>
        withdrawal.Last is not null && (before.InForce > withdrawal.Index || arrival >= withdrawal.SinceMilliseconds);

    private static Freshness FreshnessOf(Reading reading, ulong arrival, SensorHistory? sensor, LogHistory before)
    {
        if (before.Answered(sensor, reading) is not { At: var asked })
        {
            // A nonce that this log does not have is an answer to something else, or to something long ago; where no challenge was seen yet of a log that was joined later, nobody can tell.
            return reading.Nonce is { IsEmpty: false } && (before.IsWhole || !before.Challenges.IsEmpty) ? Freshness.Stale : Freshness.Unproven;
        }

        return arrival <= asked || arrival - asked <= FreshnessWindow.Milliseconds ? Freshness.Fresh : Freshness.Stale;
    }

    private static Gap GapBefore(ReadingNumber number, SensorHistory? sensor) => sensor is null ? new Gap(0, FirstSeen: true, BootChanged: false)
        : number.Boot == sensor.Last.Boot ? new Gap(number.Sequence - sensor.Last.Sequence - 1, FirstSeen: false, BootChanged: false)
        : new Gap(number.Sequence, FirstSeen: false, BootChanged: true);
}
