namespace Sealway.Fleet;

using System.Collections.Immutable;

using Sealway.Messages;

/// <summary>What the registry says at one size. Immutable, and cheap: each size shares all but what its last entry changed.</summary>
public sealed class RegistryView
{
    internal RegistryView(PublicKey authority) => Authority = authority;

    /// <summary>The registry's log: the authority's name, generation 0; the default value while the registry is empty or its first entry is not the pinned authority's.</summary>
    public LogId Log { get; internal init; }

    /// <summary>Entries applied.</summary>
    public ulong Size { get; internal init; }

    /// <summary>The time of the latest statement that has an effect, milliseconds since 1970 by the signer's clock; 0 if there is none.</summary>
    public ulong LastAt { get; internal init; }

    /// <summary>The key that signs statements now: the pinned one, or the one that its rotations lead to.</summary>
    public PublicKey Authority { get; internal init; }

    /// <summary>The hash of the key that may replace the authority's (see <see cref="Rotation.RecoveryHash"/>), 32 bytes; null if the fleet has none.</summary>
    public ReadOnlyMemory<byte>? Recovery { get; internal init; }

    /// <summary>Whether the pinned authority's enrolment was seen, so that statements have effect.</summary>
    public bool IsFounded => Log.Name is not null;

    /// <summary>The latest complete status, or null; of several pages, one with all their revocations.</summary>
    public Status? LatestStatus { get; internal init; }

    /// <summary>The index of the latest complete status's last entry, or null.</summary>
    public ulong? LatestStatusAt { get; internal init; }

    /// <summary>Every key ever enrolled, in the order of the registry, withdrawn ones too.</summary>
    public IEnumerable<Party> Parties => PartiesByKid.Values.OrderBy(party => party.EnrolledAt);

    /// <summary>The latest assignment of every sensor, in the order of the registry.</summary>
    public IEnumerable<Assignment> Assignments => AssignmentsBySensor.Values.Select(list => list[^1]).OrderBy(one => one.Index).ThenBy(one => one.Assignment.Sensor).Select(one => one.Assignment);

    /// <summary>Every key that counts no more, in rising order of the kids.</summary>
    public IEnumerable<Withdrawal> Withdrawals => WithdrawalsByKid.Values;

    /// <summary>Entries without effect, in the order of the registry.</summary>
    public IReadOnlyList<Anomaly> Anomalies => AnomalyList;

    internal ImmutableDictionary<Kid, Party> PartiesByKid { get; init; } = ImmutableDictionary<Kid, Party>.Empty;

    // The kids of HPKE keys ever named, and of recovery keys that were used: a key has one use and is enrolled once.
    internal ImmutableHashSet<Kid> AgreementKids { get; init; } = [];

    // Of each name the key that has it now.
    internal ImmutableDictionary<string, Kid> KidsByName { get; init; } = ImmutableDictionary<string, Kid>.Empty.WithComparers(StringComparer.Ordinal);

    internal ImmutableDictionary<Kid, ImmutableList<Assigned>> AssignmentsBySensor { get; init; } = ImmutableDictionary<Kid, ImmutableList<Assigned>>.Empty;

    // Of each log the orders to erase, in the order of the registry.
    internal ImmutableDictionary<LogId, ImmutableList<Erased>> ErasuresByLog { get; init; } = ImmutableDictionary<LogId, ImmutableList<Erased>>.Empty;

    internal ImmutableSortedDictionary<Kid, Withdrawal> WithdrawalsByKid { get; init; } = ImmutableSortedDictionary<Kid, Withdrawal>.Empty;

    internal ImmutableList<Anomaly> AnomalyList { get; init; } = [];

    // The pages of a status that is not complete yet, in order from the lowest kid.
    internal ImmutableList<Status> StatusPages { get; init; } = [];

    /// <summary>The party of a key, withdrawn or not.</summary>
    /// <param name="kid">The key.</param>
    /// <returns>The party, or null if the key was never enrolled.</returns>
    public Party? Find(Kid kid) => PartiesByKid.GetValueOrDefault(kid);

    /// <summary>The party that has a name now: after rotations the newest key's.</summary>
    /// <param name="name">The enrolled name.</param>
    /// <param name="role">The role that it must have.</param>
    /// <returns>The party, or null.</returns>
    public Party? FindByName(string name, Role role) =>
        KidsByName.TryGetValue(name, out Kid kid) && PartiesByKid[kid] is { } party && party.Role == role ? party : null;

    /// <summary>The latest assignment of a sensor.</summary>
    /// <param name="sensor">The sensor's key.</param>
    /// <returns>The assignment, or null.</returns>
    public Assignment? AssignmentOf(Kid sensor) => LatestOf(sensor)?.Assignment;

    /// <summary>The index of a sensor's latest assignment.</summary>
    /// <param name="sensor">The sensor's key.</param>
    /// <returns>The index, or null.</returns>
    public ulong? AssignmentIndexOf(Kid sensor) => LatestOf(sensor)?.Index;

    /// <summary>All assignments of a sensor in the order of the registry; each replaces those before it from its own beginning on.</summary>
    /// <param name="sensor">The sensor's key.</param>
    /// <returns>The assignments, possibly none.</returns>
    public IReadOnlyList<Assigned> AssignmentsOf(Kid sensor) => AssignmentsBySensor.TryGetValue(sensor, out ImmutableList<Assigned>? list) ? list : [];

    /// <summary>The assignment of a sensor that is in force at a time: the latest stated of those that have begun.</summary>
    /// <param name="sensor">The sensor's key.</param>
    /// <param name="atMilliseconds">The time, milliseconds since 1970.</param>
    /// <returns>The assignment and its index, or null.</returns>
    public Assigned? AssignmentAt(Kid sensor, ulong atMilliseconds)
    {
        IReadOnlyList<Assigned> all = AssignmentsOf(sensor);
        for (int i = all.Count - 1; i >= 0; i--)
        {
            if (all[i].Assignment.SinceMilliseconds <= atMilliseconds)
            {
                return all[i];
            }
        }

        return null;
    }

    /// <summary>How a key was withdrawn.</summary>
    /// <param name="kid">The key.</param>
    /// <returns>The withdrawal, or null if the key stands or was never enrolled.</returns>
    public Withdrawal? WithdrawalOf(Kid kid) => WithdrawalsByKid.GetValueOrDefault(kid);

    /// <summary>The logs of which the authority has ordered entries erased, in order.</summary>
    public IEnumerable<LogId> ErasedLogs => ErasuresByLog.Keys.Order();

    /// <summary>All orders to erase entries of a log, in the order of the registry.</summary>
    /// <param name="log">The log.</param>
    /// <returns>The orders, possibly none.</returns>
    public IReadOnlyList<Erased> ErasuresOf(LogId log) => ErasuresByLog.TryGetValue(log, out ImmutableList<Erased>? list) ? list : [];

    /// <summary>The first order that an entry is to be erased.</summary>
    /// <param name="log">The log.</param>
    /// <param name="index">The entry's index.</param>
    /// <returns>The order, or null.</returns>
    public Erased? ErasureOf(LogId log, ulong index) =>
        ErasuresByLog.TryGetValue(log, out ImmutableList<Erased>? list) ? list.Find(one => one.Erasure.First <= index && index <= one.Erasure.Last) : null;

    /// <summary>Whether an entry is to be erased.</summary>
    /// <param name="log">The log.</param>
    /// <param name="index">The entry's index.</param>
    public bool IsErased(LogId log, ulong index) => ErasureOf(log, index) is not null;

    /// <summary>The key with this kid if it may, or once might, sign heads of a log: of the registry a registrar's or the authority's; else that of the gateway whose name the log has. Withdrawn keys too: what they signed before must still be read, and what they signed after is for the verdict.</summary>
    /// <param name="log">The log.</param>
    /// <param name="kid">The key named in the head.</param>
    /// <returns>The key, or null.</returns>
    public PublicKey? WriterOf(LogId log, Kid kid) => Find(kid) switch
    {
        { Role: Role.Registrar or Role.Authority } party when log == Log => party.Key,
        { Role: Role.Gateway } party when party.Name == log.Name => party.Key,
        _ => null,
    };

    /// <summary>
    /// Whether a head still counts though its key was withdrawn. The registry's own order decides for its heads: the one over a withdrawal is another's. A
    /// gateway's head counts up to the last state that its withdrawal names; where none is named that is for the verdict.
    /// </summary>
    /// <param name="claims">What the head states; its key is the one of <see cref="WriterOf"/>.</param>
    /// <returns>False if it was signed beyond what counts.</returns>
    public bool Counts(HeadClaims claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return WithdrawalOf(claims.Kid) is not { } gone
            || (claims.Log == Log ? claims.Size <= gone.FirstIndex
                : gone.Last?.Log is not { } last || claims.Log.Generation < last.Generation || (claims.Log.Generation == last.Generation && claims.Size <= last.Size));
    }

    /// <summary>The key with this kid if it may countersign: a cloud's, an archive's or an app's that stands, or that was replaced by its own word and not revoked.</summary>
    /// <param name="kid">The key named in the countersignature.</param>
    /// <returns>The key, or null.</returns>
    public PublicKey? WitnessOf(Kid kid) =>
        Find(kid) is { Role: Role.Cloud or Role.Archive or Role.App } party && WithdrawalOf(kid) is null or { Successor: not null, IsRevocation: false } ? party.Key : null;

    /// <summary>What the registry would say after further entries. Nothing is applied.</summary>
    /// <param name="entries">The entries from this size on.</param>
    /// <returns>The view.</returns>
    public RegistryView Preview(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries.Aggregate(this, RegistryRules.Apply);
    }

    /// <summary>What this registry would say with the withdrawals of an earlier size alone: as which a follower judged that did not know the later ones.</summary>
    /// <param name="earlier">The same registry at an earlier size.</param>
    /// <returns>The view.</returns>
    public RegistryView WithdrawnAsOf(RegistryView earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return ReferenceEquals(earlier.WithdrawalsByKid, WithdrawalsByKid) ? this : With(withdrawals: earlier.WithdrawalsByKid);
    }

    internal RegistryView With(
        LogId? log = null,
        ulong? size = null,
        ulong? lastAt = null,
        PublicKey? authority = null,
        ReadOnlyMemory<byte>? recovery = null,
        (Status Status, ulong Index)? latestStatus = null,
        ImmutableDictionary<Kid, Party>? parties = null,
        ImmutableHashSet<Kid>? agreementKids = null,
        ImmutableDictionary<string, Kid>? names = null,
        ImmutableDictionary<Kid, ImmutableList<Assigned>>? assignments = null,
        ImmutableSortedDictionary<Kid, Withdrawal>? withdrawals = null,
        ImmutableList<Anomaly>? anomalies = null,
        ImmutableList<Status>? statusPages = null,
        ImmutableDictionary<LogId, ImmutableList<Erased>>? erasures = null) => new(authority ?? Authority)
        {
            Log = log ?? Log,
            Size = size ?? Size,
            LastAt = lastAt ?? LastAt,
            Recovery = recovery ?? Recovery,
            LatestStatus = latestStatus?.Status ?? LatestStatus,
            LatestStatusAt = latestStatus?.Index ?? LatestStatusAt,
            PartiesByKid = parties ?? PartiesByKid,
            AgreementKids = agreementKids ?? AgreementKids,
            KidsByName = names ?? KidsByName,
            AssignmentsBySensor = assignments ?? AssignmentsBySensor,
            WithdrawalsByKid = withdrawals ?? WithdrawalsByKid,
            AnomalyList = anomalies ?? AnomalyList,
            StatusPages = statusPages ?? StatusPages,
            ErasuresByLog = erasures ?? ErasuresByLog,
        };

    private Assigned? LatestOf(Kid sensor) => AssignmentsBySensor.TryGetValue(sensor, out ImmutableList<Assigned>? list) ? list[^1] : null;
}
