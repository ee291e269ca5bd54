namespace Sealway.App;

using System.Security.Cryptography;
using Sealway.Messages;

/// <summary>
/// Opens a sealed log's slots with a member's HPKE key: entries in, items out. Pure: no disk, no clock, no registry.
/// Every epoch's key is checked against the hash that the epoch's first slot carries, so that a grant can hand out no
/// other. Whether an item counts is for the verdict. Dispose erases the keys.
/// </summary>
public sealed class SlotOpener : IDisposable
{
    // Keys that grants give for one epoch and that its first slot has not decided between: more than one member may have given one.
    private const int MostRivals = 4;

    private readonly Func<IReadOnlyList<AgreementKey>> _members;
    private readonly List<LogId> _logs;
    private readonly Dictionary<EpochId, KnownEpoch> _epochs = [];
    private readonly Dictionary<EpochId, List<KnownEpoch>> _rivals = [];

    /// <summary>An opener that knows no epoch yet.</summary>
    /// <param name="log">The log.</param>
    /// <param name="member">The member's HPKE key; not owned.</param>
    /// <param name="before">The generations before, whose entries this one may have logged again.</param>
    public SlotOpener(LogId log, AgreementKey member, IReadOnlyList<LogId>? before = null)
        : this(log, () => [member], before) => ArgumentNullException.ThrowIfNull(member);

    /// <summary>An opener with the keys that a member has at the time of each opening.</summary>
    internal SlotOpener(LogId log, Func<IReadOnlyList<AgreementKey>> members, IReadOnlyList<LogId>? before)
    {
        _members = members;
        _logs = [log, .. before ?? []];
    }

    /// <summary>How many epochs' keys are known.</summary>
    public int Epochs => _epochs.Count;

    /// <summary>Opens everything that a key opens in some entries, as whoever holds that key could.</summary>
    /// <param name="log">The log.</param>
    /// <param name="entries">Entries in order; any bytes.</param>
    /// <param name="member">The HPKE key to try.</param>
    public static SlotOpening OpenAll(LogId log, IEnumerable<ReadOnlyMemory<byte>> entries, AgreementKey member)
    {
        ArgumentNullException.ThrowIfNull(entries);
        using SlotOpener opener = new(log, member);
        int epochs = 0;
        int slots = 0;
        List<SlotItem> items = [];
        foreach (ReadOnlyMemory<byte> entry in entries)
        {
            switch (opener.TryTake(entry, out IReadOnlyList<SlotItem> opened))
            {
                case EntryKind.Epoch:
                    epochs++;
                    break;
                case EntryKind.Sealed:
                    slots++;
                    items.AddRange(opened);
                    break;
                default:
                    break;
            }
        }

        return new SlotOpening(epochs, slots, items);
    }

    /// <summary>Takes an entry whatever it is, and opens it if this member can.</summary>
    /// <param name="entry">The entry's bytes.</param>
    /// <param name="items">What a slot held.</param>
    /// <returns>What was opened: an epoch, a slot or a grant; null: nothing.</returns>
    public EntryKind? TryTake(ReadOnlyMemory<byte> entry, out IReadOnlyList<SlotItem> items)
    {
        items = [];
        try
        {
            Entry read = Entry.FromUntrusted(entry);
            return read.Kind switch
            {
                EntryKind.Epoch when Take(Epoch.FromUntrusted(read.Body)) == Refusal.None => EntryKind.Epoch,
                EntryKind.Sealed when Open(SealedSlot.FromUntrusted(read.Body), out items) == Refusal.None => EntryKind.Sealed,
                EntryKind.Grant when Take(Grant.FromUntrusted(read.Body)) > 0 => EntryKind.Grant,
                _ => null,
            };
        }
        catch (MessageException)
        {
            return null;
        }
    }

    /// <summary>Takes an epoch's key, if this member is among its recipients.</summary>
    /// <returns><see cref="Refusal.None"/>, or why not: <see cref="Refusal.NotForUs"/> and the like.</returns>
    public Refusal Take(Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        if (_epochs.TryGetValue(epoch.Id, out KnownEpoch? kept) && kept is { IsKept: true, IsGranted: false })
        {
            // The HPKE key that opened it may be gone.
            return Refusal.None;
        }

        Refusal refused = Refusal.NotForUs;
        foreach ((LogId log, AgreementKey member) in Tries())
        {
            try
            {
                Keep(new KnownEpoch(epoch.Open(log, member), log, isGranted: false) { OpenedWith = member.PublicKey.Kid });
                return Refusal.None;
            }
            catch (MessageException e)
            {
                refused = e.Reason == Refusal.NotForUs ? refused : e.Reason;
            }
        }

        return refused;
    }

    /// <summary>Takes the keys of a grant, if it is for this member. None replaces one that is known.</summary>
    /// <returns>How many are new here.</returns>
    public int Take(Grant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        foreach ((LogId log, AgreementKey member) in Tries())
        {
            try
            {
                return grant.Open(log, member).Count(key => TakeGranted(new KnownEpoch(key, log, isGranted: true)));
            }
            catch (MessageException)
            {
                // Not for this member, or not under this log's name.
            }
        }

        return 0;
    }

    /// <summary>Opens a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="items">What it held, in order; none where it is refused.</param>
    /// <returns><see cref="Refusal.None"/>; <see cref="Refusal.UnknownEpoch"/>; <see cref="Refusal.GrantMismatch"/>: the epoch's key is not the one whose hash its first slot carries; or what is wrong with the slot.</returns>
    public Refusal Open(SealedSlot slot, out IReadOnlyList<SlotItem> items)
    {
        ArgumentNullException.ThrowIfNull(slot);
        items = [];
        if (!_epochs.TryGetValue(slot.Epoch, out KnownEpoch? known))
        {
            return Refusal.UnknownEpoch;
        }

        Refusal refused = OpenWith(known, slot, out items);
        if (refused == Refusal.None || !known.IsGranted || known.IsChecked)
        {
            return refused;
        }

        // Not the epoch's key, as far as its slots can tell; another member may have given the true one.
        foreach (KnownEpoch rival in _rivals.GetValueOrDefault(slot.Epoch) ?? [])
        {
            if (OpenWith(rival, slot, out items) == Refusal.None)
            {
                _rivals[slot.Epoch].Remove(rival);
                _epochs[slot.Epoch] = rival;
                known.Key.Dispose();
                return Refusal.None;
            }
        }

        return Refusal.GrantMismatch;
    }

    private static Refusal OpenWith(KnownEpoch known, SealedSlot slot, out IReadOnlyList<SlotItem> items)
    {
        items = [];
        try
        {
            IReadOnlyList<SlotItem> opened = SlotItem.ReadSlot(slot.Open(known.Log, known.Key));
            if (!Check(known, slot, opened))
            {
                return Refusal.GrantMismatch;
            }

            items = opened;
            return Refusal.None;
        }
        catch (MessageException refused)
        {
            return refused.Reason;
        }
    }

    /// <summary>The keys of some epochs, as far as they are known, to be granted to somebody; not to be disposed.</summary>
    internal IReadOnlyList<EpochKey> Keys(IEnumerable<EpochId> epochs) =>
        [.. epochs.Select(id => _epochs.GetValueOrDefault(id)).OfType<KnownEpoch>().Where(known => known.IsChecked).Select(known => known.Key)];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (KnownEpoch known in Known)
        {
            known.Key.Dispose();
        }

        _epochs.Clear();
        _rivals.Clear();
    }

    /// <summary>Every epoch whose key is here, granted ones that are not decided between too; not to be disposed.</summary>
    internal IEnumerable<KnownEpoch> Known => _epochs.Values.Concat(_rivals.Values.SelectMany(rivals => rivals));

    /// <summary>Takes the keys that the member kept itself.</summary>
    internal void Restore(IEnumerable<KnownEpoch> kept)
    {
        foreach (KnownEpoch known in kept)
        {
            if (known.IsGranted)
            {
                TakeGranted(known);
            }
            else
            {
                Keep(known);
            }
        }
    }

    /// <summary>Whether an epoch's own entry was opened with an HPKE key.</summary>
    internal bool IsOpenedWith(EpochId epoch, Kid member) => _epochs.GetValueOrDefault(epoch)?.OpenedWith == member;

    private IEnumerable<(LogId Log, AgreementKey Member)> Tries() => _logs.SelectMany(log => _members().Select(member => (log, member)));

    private bool TakeGranted(KnownEpoch granted)
    {
        if (_epochs.TryAdd(granted.Key.Id, granted) || TryRival(granted))
        {
            return true;
        }

        granted.Key.Dispose();
        return false;
    }

    private bool TryRival(KnownEpoch granted)
    {
        KnownEpoch known = _epochs[granted.Key.Id];
        if (!known.IsGranted || known.IsChecked || known.Is(granted.Key))
        {
            return false;
        }

        if (!_rivals.TryGetValue(granted.Key.Id, out List<KnownEpoch>? rivals))
        {
            _rivals.Add(granted.Key.Id, rivals = []);
        }

        if (rivals.Count == MostRivals || rivals.Exists(rival => rival.Is(granted.Key)))
        {
            return false;
        }

        rivals.Add(granted);
        return true;
    }

    private void Keep(KnownEpoch known)
    {
        if (_epochs.Remove(known.Key.Id, out KnownEpoch? before))
        {
            known.IsChecked = before.IsChecked && before.Key.Hash().AsSpan().SequenceEqual(known.Key.Hash());
            before.Key.Dispose();
        }

        _epochs.Add(known.Key.Id, known);
    }

    private static bool Check(KnownEpoch known, SealedSlot slot, IReadOnlyList<SlotItem> opened)
    {
        if (known.IsChecked)
        {
            return true;
        }

        if (opened is [{ Event: EpochBeganEvent began }, ..])
        {
            known.IsChecked = CryptographicOperations.FixedTimeEquals(began.KeyHash.Span, known.Key.Hash());
            return known.IsChecked;
        }

        // The gateway's own word on a key needs no second one; a member's does, and the first slot may be gone.
        return !known.IsGranted && slot.Step > 0;
    }
}
