namespace Sealway.App;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Reads one generation of a home's log, entry by entry: judges each with the one verdict function, opens what is for
/// this member, judges what was inside, and adds it to the view. The same entries give the same view at every start.
/// </summary>
internal sealed class HomeReader(LogId log, SlotOpener opener, HomeView view, Action<CommandDoneEvent> answered)
{
    // Of a thousand generations the latest are enough to tell a cut.
    private const int MostPrevious = 64;

    private readonly List<EpochSeen> _epochs = [];
    private readonly Dictionary<EpochId, Refusal> _closed = [];
    private LogHistory _history = LogHistory.Beginning;

    /// <summary>The generation.</summary>
    public LogId Log => log;

    /// <summary>The index of the next entry to read.</summary>
    public ulong Next { get; private set; }

    /// <summary>The epochs so far, in order.</summary>
    public IReadOnlyList<EpochSeen> Epochs => _epochs;

    public SlotOpener Opener => opener;

    /// <summary>Reads the next entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <param name="decide">Whether an entry that needs more of the registry counts as read all the same: it was asked for and there is no more.</param>
    public ReadStep Read(LogEntry entry, RegistryView registry, bool decide)
    {
        if (entry.IsBlank)
        {
            _history = _history.AfterBlank();
            view.Counts.Blanks++;
            Advance();
            return ReadStep.Done;
        }

        Judged judged = Judge.JudgeEntry(log, Next, entry.Bytes, _history, registry);
        if (judged.Verdict.Validity == Validity.Pending && !decide)
        {
            return ReadStep.NeedsRegistry;
        }

        LogHistory history = _history.After(judged);
        IReadOnlyList<Judged> inside = [];
        Refusal closed = Refusal.None;
        if (judged is { Verdict.IsValid: true, Slot: { } slot })
        {
            closed = opener.Open(slot, out IReadOnlyList<SlotItem> items);
            inside = JudgeInside(items, judged.At, ref history, registry);
            if (!decide && inside.Any(item => item.Verdict.Validity == Validity.Pending))
            {
                return ReadStep.NeedsRegistry;
            }
        }

        if (judged.Entry?.Kind == EntryKind.Sealed)
        {
            view.Counts.SealedEntries++;
            if (view.Counts.SealedSizes.Count < HomeCounts.MostSizes)
            {
                view.Counts.SealedSizes.Add(entry.Bytes.Length);
            }
        }

        _history = history;
        Advance();
        return Count(judged, closed, inside);
    }

    private List<Judged> JudgeInside(IReadOnlyList<SlotItem> items, ulong at, ref LogHistory history, RegistryView registry)
    {
        List<Judged> all = [];
        foreach (SlotItem item in items)
        {
            Judged judged = Judge.JudgeItem(log, at, item, history, registry);
            history = history.After(judged);
            all.Add(judged);
        }

        return all;
    }

    private void Advance()
    {
        Next++;
        view.Counts.Entries++;
    }

    private ReadStep Count(Judged judged, Refusal closed, IReadOnlyList<Judged> inside)
    {
        if (!judged.Verdict.IsValid)
        {
            Refuse(judged.Verdict.Reason);
            if (judged is { Verdict.Reason: Refusal.UnknownEpoch, Slot: { } unknown })
            {
                Close(judged, unknown, Refusal.UnknownEpoch);
            }

            return ReadStep.Done;
        }

        if (judged.Epoch is { } epoch)
        {
            view.Counts.Epochs++;
            _epochs.Add(new EpochSeen(epoch.Id, judged.At, epoch.RegistrySize));
            Refusal trouble = opener.Take(epoch);
            if (trouble != Refusal.None)
            {
                _closed[epoch.Id] = trouble;
            }

            if (trouble is not (Refusal.None or Refusal.NotForUs))
            {
                Refuse(trouble);
            }
        }
        else if (judged.Grant is { } grant)
        {
            return opener.Take(grant) > 0 ? ReadStep.NeedsRereading : ReadStep.Done;
        }
        else if (judged.Slot is { } slot)
        {
            CountSlot(judged, slot, closed, inside);
        }
        else if (judged.Event is GenerationEvent { Previous: { } previous })
        {
            view.Previous[previous.Log] = previous;
            if (view.Previous.Count > MostPrevious)
            {
                view.Previous.Remove(view.Previous.Keys.First());
            }
        }

        return ReadStep.Done;
    }

    private void Refuse(Refusal reason)
    {
        view.Counts.Refuse(reason);
        view.LastRefused = new RefusedEntry(log, Next - 1, reason);
    }

    // The first since which nothing opens says when it began.
    private void Close(Judged judged, SealedSlot slot, Refusal why) => view.Closed ??= new ClosedSince(log, Next - 1, judged.At, slot.Epoch, why);

    private void CountSlot(Judged judged, SealedSlot slot, Refusal closed, IReadOnlyList<Judged> inside)
    {
        if (closed != Refusal.None)
        {
            // Epochs of before this member came, or after it went, are nobody's fault.
            view.Counts.SlotsClosed++;
            Close(judged, slot, closed == Refusal.UnknownEpoch ? _closed.GetValueOrDefault(slot.Epoch, closed) : closed);
            if (closed != Refusal.UnknownEpoch)
            {
                Refuse(closed);
            }

            return;
        }

        view.Closed = null;
        view.Counts.SlotsOpened++;
        foreach (Judged item in inside)
        {
            CountItem(item);
        }
    }

    private void CountItem(Judged item)
    {
        if (item.Reading is { } reading)
        {
            CountReading(item, reading);
        }
        else if (!item.Verdict.IsValid)
        {
            Refuse(item.Verdict.Reason);
        }
        else if (item.Rollup is { } rollup)
        {
            view.Counts.Rollups++;
            view.Aggregates.Add(rollup);
        }
        else if (item.Event is LabelsEvent labels)
        {
            foreach ((string name, string label) in labels.Labels)
            {
                view.Labels[name] = label;
            }
        }
        else if (item.Event is HeatingEvent heating)
        {
            view.Counts.HeatingChanges += heating.On != (view.Heating.GetValueOrDefault(heating.Subject)?.On ?? false) ? 1 : 0;
            view.Heating[heating.Subject] = heating;
        }
        else if (item.Event is CommandDoneEvent done)
        {
            answered(done);
        }
    }

    private void CountReading(Judged item, Reading reading)
    {
        if (item.Verdict.Validity == Validity.Doubtful)
        {
            view.Counts.Doubtful++;
            See(reading);
            view.Aggregates.Leave(reading, item.At);
            return;
        }

        if (!item.Verdict.IsValid)
        {
            Refuse(item.Verdict.Reason);
            view.Aggregates.Leave(reading, item.At);
            return;
        }

        if (view.Last.TryGetValue(reading.Kid, out ReadingNumber last) && reading.Number <= last)
        {
            return;
        }

        view.Last[reading.Kid] = reading.Number;
        view.Counts.Readings++;
        See(reading);
        view.Counts.Stale += item.Verdict.Freshness == Freshness.Stale ? 1 : 0;
        view.LatestReadingAt = Math.Max(view.LatestReadingAt, item.At);
        view.Aggregates.Add(reading, item.At);
    }

    // The verdict knows one generation; numbers go on over all of them.
    private void See(Reading reading)
    {
        bool isKnown = view.Seen.TryGetValue(reading.Kid, out ReadingNumber last);
        if (isKnown && reading.Number <= last)
        {
            return;
        }

        view.Seen[reading.Kid] = reading.Number;
        if (isKnown && reading.Number.Boot == last.Boot && reading.Number.Sequence > last.Sequence + 1)
        {
            ulong missing = reading.Number.Sequence - last.Sequence - 1;
            view.Counts.Gaps += (long)missing;
            view.Gaps[reading.Kid] = view.Gaps.GetValueOrDefault(reading.Kid) + missing;
        }
    }
}
