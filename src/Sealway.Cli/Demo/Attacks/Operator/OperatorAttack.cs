namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Messages;

/// <summary>An attack of the cloud's operator: with its keys, its database and its process. The gateway, the archives and the apps stay honest.</summary>
/// <param name="target">The log that is attacked.</param>
internal abstract class OperatorAttack(OperatorTarget target) : Attack
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(40);

    public sealed override Attacker Attacker => Attacker.CloudOperator;

    /// <summary>The log that is attacked.</summary>
    protected OperatorTarget Target => target;

    /// <summary>A follower that begins at the log's first entry, and follows nothing else.</summary>
    protected static Task<Part> FollowAsync(AttackScene scene, string name, int port, CancellationToken stop, LogId? log = null, JsonObject? more = null)
    {
        JsonObject configuration = more ?? [];
        configuration["logs"] = new JsonArray((log ?? OperatorTarget.Log).Name);
        return scene.StartArchiveAsync(name, port, stop, configuration, OperatorTarget.Witness);
    }

    /// <summary>The alerts that a follower delivers from now on.</summary>
    protected static LineEye AlertsOf(AttackScene scene, string archive) => new(scene.AlertsOf(archive), archive);

    /// <summary>Whether an alert is of a kind, raised, and says some words.</summary>
    protected static bool Is(JsonElement alert, string kind, string words) =>
        alert.TryGetProperty("kind", out JsonElement of) && of.GetString() == kind
        && alert.GetProperty("raised").GetBoolean()
        && LineEye.Text(alert).Contains(words, StringComparison.Ordinal);

    /// <summary>Waits until a follower holds so much of a log.</summary>
    protected static Task HoldsAsync(Part follower, LogId log, ulong size, CancellationToken stop) =>
        follower.Until($"{size} entries of {log}", health => ((JsonElement?)health).Count($"logs.{log}") >= (long)size, _patience, stop);
}
