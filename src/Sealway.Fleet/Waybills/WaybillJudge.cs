namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Judges a waybill offline from the pinned authority's key alone. First the registry's evidence gives the keys, each
/// statement verified for its index; then the log's evidence is verified under them: proofs, head, every countersignature;
/// then each entry gets the one verdict. What is not in order refuses the whole.
/// </summary>
public static class WaybillJudge
{
    private const string What = "waybill";

    /// <summary>Reads and judges a waybill's file.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="authority">The pinned key.</param>
    /// <returns>What it proves.</returns>
    /// <exception cref="MessageException">It proves nothing; the reason says why.</exception>
    public static WaybillReport Check(ReadOnlyMemory<byte> file, PublicKey authority) => Check(Waybill.FromUntrusted(file), authority);

    /// <summary>Judges a waybill.</summary>
    /// <param name="waybill">The waybill.</param>
    /// <param name="authority">The pinned key.</param>
    /// <returns>What it proves.</returns>
    /// <exception cref="MessageException">It proves nothing; the reason says why.</exception>
    public static WaybillReport Check(Waybill waybill, PublicKey authority)
    {
        ArgumentNullException.ThrowIfNull(waybill);
        ArgumentNullException.ThrowIfNull(authority);
        RegistryView registry = Excerpt(waybill.Registry, authority);
        HeadClaims stated = waybill.Registry.Claims;
        Require(stated.Log == registry.Log, Refusal.WrongLog);
        Require(stated.RegistrySize == stated.Size, Refusal.WrongSize);
        Status status = registry.LatestStatus ?? throw new MessageException(Refusal.RegistryStale, What);
        (Party registryWriter, List<WaybillWitness> registryWitnesses) = Verify(waybill.Registry, registry);

        // A waybill shows a gateway's entries; the registry's own are the other evidence.
        HeadClaims claims = waybill.Log.Claims;
        Require(claims.Log != registry.Log, Refusal.WrongLog);
        (Party writer, List<WaybillWitness> witnesses) = Verify(waybill.Log, registry);
        List<WaybillEntry> entries = Entries(waybill.Log, witnesses, registry);
        return new WaybillReport(
            claims.Log,
            claims.Size,
            claims.Seconds,
            writer,
            witnesses,
            registry.Log,
            stated.Size,
            stated.Seconds,
            registryWriter,
            registryWitnesses,
            status.ThroughMilliseconds,
            entries,
            [.. WaybillLimits.Of(waybill, registry, writer, witnesses, entries)]);
    }

    // The statements that are shown, each at its index; one that has no effect refuses the whole.
    private static RegistryView Excerpt(Evidence evidence, PublicKey authority)
    {
        RegistryView view = new(authority);
        for (int i = 0; i < evidence.Entries.Count; i++)
        {
            view = RegistryRules.ApplyExcerpt(view, evidence.IndexOf(i), evidence.Entries[i]);
            if (view.Anomalies.Count > 0)
            {
                throw new MessageException(view.Anomalies[0].Reason, $"{What}: registry");
            }
        }

        return view.With(size: evidence.Claims.Size);
    }

    private static (Party Writer, List<WaybillWitness> Witnesses) Verify(Evidence evidence, RegistryView registry)
    {
        HeadClaims claims = evidence.Claims;
        Require(registry.Find(claims.Kid) is not null, Refusal.UnknownKey);
        Require(registry.WriterOf(claims.Log, claims.Kid) is not null, Refusal.WrongRole);
        Require(registry.WithdrawalOf(claims.Kid) is not { } withdrawal || CountsStill(claims, withdrawal, registry), Refusal.Revoked);
        evidence.Verify(kid => registry.Find(kid)?.Key);
        List<WaybillWitness> witnesses = [];
        foreach (Countersignature one in evidence.Receipt.Countersignatures)
        {
            Party party = registry.Find(one.Kid)!;
            Require(party.Role is Role.Cloud or Role.Archive or Role.App, Refusal.WrongRole);
            Require(witnesses.All(other => other.Party.Kid != party.Kid), Refusal.WrongCount);
            bool counts = registry.WithdrawalOf(one.Kid) is not { } gone || one.Seconds * 1000 < gone.SinceMilliseconds;
            witnesses.Add(new WaybillWitness(party, one.Seconds, one.From, one.RegistrySize, counts));
        }

        return (registry.Find(claims.Kid)!, witnesses);
    }

    private static bool CountsStill(HeadClaims claims, Withdrawal withdrawal, RegistryView registry) => withdrawal.Last?.Log is not null || claims.Log == registry.Log
        ? registry.Counts(claims)
        : claims.Seconds * 1000 < withdrawal.SinceMilliseconds;

    private static List<WaybillEntry> Entries(Evidence evidence, List<WaybillWitness> witnesses, RegistryView registry)
    {
        LogId log = evidence.Claims.Log;
        LogHistory history = evidence.IndexOf(0) == 0 ? LogHistory.Beginning : LogHistory.Joined;
        List<WaybillEntry> entries = [];
        for (int i = 0; i < evidence.Entries.Count; i++)
        {
            ulong index = evidence.IndexOf(i);
            if (i > 0 && index != evidence.IndexOf(i - 1) + 1)
            {
                history = history.AfterBlank();
            }

            Judged judged = Judge.JudgeEntry(log, index, evidence.Entries[i], history, registry);

            // What waits for more of the registry is not proved by what is here.
            Require(judged.Verdict.Validity is Validity.Valid or Validity.Doubtful, judged.Verdict.Reason);
            history = history.After(judged);
            Party? signer = judged.Reading is { } reading ? registry.Find(reading.Kid) : null;
            Assignment? assignment = signer is null ? null : WaybillAssembler.AssignmentFor(registry, signer.Kid, log, judged.At)?.Assignment;
            bool final = witnesses.Exists(one => one.Counts && one.From <= index && MakesFinal(one.Party, assignment, registry));
            ulong? notAfter = witnesses.Where(one => one.Counts).Select(one => (ulong?)one.Seconds).Min();
            ulong there = Math.Min(evidence.Claims.Seconds, notAfter ?? ulong.MaxValue) * 1000;
            ulong off = judged.At > there + WaybillEntry.Tolerance ? judged.At - there : 0;
            entries.Add(new WaybillEntry(index, judged, signer, assignment, final, notAfter, off));
        }

        return entries;
    }

    private static bool MakesFinal(Party witness, Assignment? assignment, RegistryView registry) => assignment?.Archive is { } archive
        ? registry.Find(archive)?.Name == witness.Name
        : witness.Role is Role.Archive or Role.App;

    private static void Require(bool condition, Refusal reason)
    {
        if (!condition)
        {
            throw new MessageException(reason, What);
        }
    }
}
