namespace Sealway.Fleet.Tests.VectorFiles;

using System.Text.Json.Nodes;

/// <summary>What a registry says at its end, in the words of the vectors.</summary>
internal static class RegistrySays
{
    public static JsonObject Of(RegistryView view) => new()
    {
        ["withoutEffect"] = new JsonArray([.. view.Anomalies.Select(one => new JsonObject { ["index"] = one.Index, ["reason"] = one.Reason.ToString() })]),
        ["authority"] = view.IsFounded ? view.Authority.Kid.ToString() : null,
        ["through"] = view.LatestStatus?.ThroughMilliseconds,
        ["statusAt"] = view.LatestStatusAt,
        ["parties"] = new JsonArray([.. view.Parties.Select(one => Of(view, one))]),
        ["assignments"] = new JsonArray([.. view.Assignments.Select(one => Of(view, one))]),
        ["erased"] = new JsonArray([.. view.ErasedLogs.SelectMany(log => view.ErasuresOf(log)).Select(one => new JsonObject
        {
            ["log"] = one.Erasure.ErasedLog.ToString(),
            ["first"] = one.Erasure.First,
            ["last"] = one.Erasure.Last,
        })]),
    };

    private static JsonObject Of(RegistryView view, Party party)
    {
        JsonObject says = new() { ["kid"] = party.Kid.ToString(), ["role"] = (int)party.Role, ["name"] = party.Name, ["since"] = party.EnrolledAt };
        if (view.WithdrawalOf(party.Kid) is { } withdrawal)
        {
            says["withdrawn"] = withdrawal.SinceMilliseconds;
            says["withdrawnAt"] = withdrawal.Index;
            says["hasLast"] = withdrawal.Last is not null;
        }

        return says;
    }

    private static JsonObject Of(RegistryView view, Assignment one) => new()
    {
        ["sensor"] = one.Sensor.ToString(),
        ["gateway"] = one.Gateway,
        ["subject"] = one.Subject,
        ["index"] = view.AssignmentIndexOf(one.Sensor),
    };
}
