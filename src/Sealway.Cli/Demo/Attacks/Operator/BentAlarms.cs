namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// The operator runs the cloud over its own database with other alarm rules than the hospital's, so that what it reports to its users is
/// false. The archive has alarmed by its own rules and its own channel, and the two do not agree.
/// </summary>
/// <param name="target">The log with a true alarm.</param>
internal abstract class BentAlarms(OperatorTarget target) : OperatorAttack(target)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(40);

    /// <summary>The bent rule.</summary>
    protected abstract AlarmRule Bend(AlarmRule rule);

    /// <summary>Whether what the cloud reports is bent as was meant.</summary>
    protected abstract bool IsBent(long reported, long alarmed);

    public sealed override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.AlarmAsync(scene, stop).ConfigureAwait(false);
        string part = $"cloud-{GetType().Name}";
        string data = scene.Folders.DataOf(part);
        long size = Take(scene, data);
        string rules = Path.Combine(scene.Folders.Parts, $"{part}.rules.json");
        await File.WriteAllTextAsync(rules, Json(), stop).ConfigureAwait(false);
        long struck = TimeProvider.System.GetTimestamp();
        Part cloud = await scene.StartAsync(
            "cloud",
            part,
            new JsonObject
            {
                ["fleets"] = new JsonArray(new JsonObject
                {
                    ["identity"] = scene.Folders.Keys(true, DemoFleets.Cloud),
                    ["data"] = data,
                    ["mqtt"] = "127.0.0.1:0",
                    ["https"] = "127.0.0.1:0",
                    ["alarms"] = rules,
                }),
            },
            stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            JsonElement? health = await cloud.Until("all to be judged", now => ((JsonElement?)now).Count($"{DemoFleets.Hospital}.judged.{OperatorTarget.IllLog}") >= size, _patience, stop).ConfigureAwait(false);
            long reported = health.Count($"{DemoFleets.Hospital}.alarmsRaised");
            string[] alarmed = [.. Alarmed(scene)];
            return alarmed.Length > 0 && IsBent(reported, alarmed.Length)
                ? new Noticed(1, 1, scene.Archive.Name, $"its own channel told {alarmed.Length} alarms ({string.Join(", ", alarmed)}), the cloud reports {reported}", TimeProvider.System.GetElapsedTime(struck).TotalMilliseconds)
                : throw new Unnoticed(1, 0, $"the cloud reports {reported} alarms, the archive told {alarmed.Length}");
        }
    }

    /// <summary>A copy of the database with that log alone.</summary>
    private static long Take(AttackScene scene, string data)
    {
        PrivateFile.CreateFolder(data);
        string file = Path.Combine(data, "logs.db");
        CloudDatabase.Copy(scene, true, file);
        using CloudDatabase database = new(file);
        long registry = database.IdOf(new LogId(DemoFleets.Hospital, 0));
        long log = database.IdOf(OperatorTarget.IllLog);
        foreach (string table in new[] { "fork_entries", "forks", "notes", "countersignatures", "heads", "tiles", "entries" })
        {
            database.Run(table == "fork_entries" ? "DELETE FROM fork_entries" : $"DELETE FROM {table} WHERE log NOT IN ($1, $2)", registry, log);
        }

        database.Run("DELETE FROM logs WHERE id NOT IN ($1, $2)", registry, log);
        return (long)database.One("SELECT size FROM logs WHERE id = $1", log)!;
    }

    // What a person has in their hand: the alerts that the archive delivered.
    private static IEnumerable<string> Alarmed(AttackScene scene) => File.ReadLines(scene.ArchiveAlerts)
        .Where(line => line.StartsWith('{'))
        .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
        .Where(alert => Is(alert, "alarm", string.Empty) && alert.GetProperty("log").GetString() == OperatorTarget.IllLog.ToString())
        .Select(alert => alert.GetProperty("rule").GetString()!);

    private string Json() => new JsonObject
    {
        ["name"] = "bent",
        ["rules"] = new JsonArray([.. AlarmRules.Ward.Rules.Where(rule => rule.Kind != AlarmKind.Silence).Select(Bend).Select(rule => new JsonObject
        {
            ["name"] = rule.Name,
            ["kind"] = JsonNamingPolicy.CamelCase.ConvertName(rule.Kind.ToString()),
            ["metric"] = rule.Metric,
            ["limit"] = rule.Limit,
            ["seconds"] = rule.Seconds,
            ["hysteresis"] = rule.Hysteresis,
            ["priority"] = JsonNamingPolicy.CamelCase.ConvertName(rule.Priority.ToString()),
        })]),
    }.ToJsonString();
}
