namespace Sealway.Fleet;

using System.Globalization;
using Sealway.Log;
using Sealway.Messages;

/// <summary>What a waybill that is in order still does not show, in sentences for a reader.</summary>
internal static class WaybillLimits
{
    public static IEnumerable<string> Of(Waybill waybill, RegistryView registry, Party writer, List<WaybillWitness> witnesses, List<WaybillEntry> entries)
    {
        HeadClaims claims = waybill.Log.Claims;
        ulong latest = Math.Max(claims.Seconds, witnesses.Select(one => one.Seconds).DefaultIfEmpty().Max());
        ulong through = registry.LatestStatus!.ThroughMilliseconds;
        if (through < latest * 1000)
        {
            yield return $"revocations published after {Time(through)}: the head was signed or countersigned until {Time(latest * 1000)}";
        }

        if (claims.RegistrySize > waybill.Registry.Claims.Size)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"statements after entry {waybill.Registry.Claims.Size - 1} of the registry, of which the log's writer had applied {claims.RegistrySize}");
        }

        if (registry.WithdrawalOf(writer.Kid) is { } withdrawal && withdrawal.Last?.Log is null && !witnesses.Exists(one => one.Counts && one.Seconds * 1000 < withdrawal.SinceMilliseconds))
        {
            yield return $"whether the head was signed before its key was withdrawn ({Time(withdrawal.SinceMilliseconds)}): nobody countersigned it before";
        }

        foreach (WaybillWitness witness in witnesses.Where(one => one.Counts && registry.WithdrawalOf(one.Party.Kid) is { IsRevocation: true }))
        {
            yield return $"whether the countersignature by {witness.Party.Name} is as old as it says: its key was revoked later";
        }

        if (!witnesses.Exists(one => one.Counts))
        {
            yield return "whether anybody but the log's writer has seen the entries: no countersignature";
        }
        else if (entries.Exists(entry => !entry.IsFinal))
        {
            yield return "whether the entries are kept where they should be: the countersignature that makes them final is missing";
        }

        if (entries.Exists(entry => entry.Signer is not null))
        {
            yield return "whether another statement, not in this waybill, assigns a sensor elsewhere";
        }

        WaybillEntry? reading = entries.Find(entry => entry.Signer is not null);
        if (reading is not null && !entries.Exists(entry => entry.Index < reading.Index && (entry.Judged.Event is InForceEvent || entry.Judged.Epoch is not null)))
        {
            yield return "whether the sensors' enrolments and assignments were in force already: the entry that states how much of the registry was is not shown";
        }

        bool isChallengeShown = entries.Exists(entry => entry.Judged.Event is ChallengeEvent);
        if (entries.Exists(entry => entry.Judged is { Reading: not null } judged && (judged.Verdict.Freshness == Freshness.Unproven || (judged.Verdict.Freshness == Freshness.Stale && !isChallengeShown))))
        {
            yield return "whether the readings are fresh: the challenge that they answer, if any, is not among the entries";
        }

        if (entries.Exists(entry => entry.Judged.Slot is not null || entry.Judged.Epoch is not null || entry.Judged.Grant is not null))
        {
            yield return "what the sealed entries say";
        }

        if (entries.Count == 0 || entries[0].Index != 0 || entries[^1].Index != (ulong)entries.Count - 1)
        {
            yield return "what stands before and between the entries: gaps, and numbers used twice";
        }

        yield return $"when the entries were logged, other than by the writer's clock{(witnesses.Exists(one => one.Counts) ? " and the countersignatures after" : "")}";
    }

    private static string Time(ulong milliseconds) => milliseconds <= 253_402_300_799_999
        ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds} ms since 1970");
}
