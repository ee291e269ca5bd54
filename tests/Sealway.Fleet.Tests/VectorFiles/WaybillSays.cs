namespace Sealway.Fleet.Tests.VectorFiles;

using System.Text.Json.Nodes;

/// <summary>What a waybill proves, in the words of the vectors.</summary>
internal static class WaybillSays
{
    public static JsonObject Of(WaybillReport report) => new()
    {
        ["log"] = report.Log.ToString(),
        ["size"] = report.LogSize,
        ["seconds"] = report.LogSeconds,
        ["writer"] = Key(report.Writer),
        ["countersignatures"] = Of(report.Witnesses),
        ["registry"] = report.Registry.ToString(),
        ["registrySize"] = report.RegistrySize,
        ["registrySeconds"] = report.RegistrySeconds,
        ["registryWriter"] = Key(report.RegistryWriter),
        ["registryCountersignatures"] = Of(report.RegistryWitnesses),
        ["through"] = report.RevocationsThrough,
        ["entries"] = new JsonArray([.. report.Entries.Select(Of)]),
    };

    private static JsonObject Of(WaybillEntry entry)
    {
        JsonObject says = VerdictSays.Of(entry.Judged);
        says.Insert(0, "index", entry.Index);
        says.Insert(1, "at", entry.Judged.At);
        if (entry.Assignment is { } assignment)
        {
            says["subject"] = assignment.Subject;
        }

        says["final"] = entry.IsFinal;
        says["notAfterSeconds"] = entry.NotAfterSeconds;
        says["misdatedMilliseconds"] = entry.MisdatedMilliseconds;
        return says;
    }

    private static JsonArray Of(IReadOnlyList<WaybillWitness> witnesses) =>
    [
        .. witnesses.Select(one => new JsonObject
        {
            ["kid"] = one.Party.Kid.ToString(),
            ["name"] = one.Party.Name,
            ["seconds"] = one.Seconds,
            ["from"] = one.From,
            ["registrySize"] = one.RegistrySize,
            ["counts"] = one.Counts,
        }),
    ];

    private static JsonObject Key(Party party) => new() { ["kid"] = party.Kid.ToString(), ["name"] = party.Name };
}
