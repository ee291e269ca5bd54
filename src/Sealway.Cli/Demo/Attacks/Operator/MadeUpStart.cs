namespace Sealway.Cli.Demo.Attacks;

using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// A newcomer asks where a log stands, to follow it from there. A hostile cloud makes a frontier up, changes one hash of the true one, or
/// gives that of an older size under the newest head. Each is tried on a newcomer of its own.
/// </summary>
/// <param name="target">The log that is attacked.</param>
internal sealed class MadeUpStart(OperatorTarget target) : OperatorAttack(target)
{
    private const string Follower = "follows-from-nowhere";

    public override string Name => "a frontier made up for a newcomer";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            Start now = (await Starts.NowAsync(cloud.Store, OperatorTarget.Log, stop).ConfigureAwait(false))!;
            ReadOnlyMemory<byte>[] older = await OlderAsync(cloud.Store, now, stop).ConfigureAwait(false);
            ReadOnlyMemory<byte>[][] frontiers =
            [
                [.. now.Frontier.Select(_ => (ReadOnlyMemory<byte>)RandomNumberGenerator.GetBytes(Head.HashSize))],
                [.. now.Frontier.SkipLast(1), RandomNumberGenerator.GetBytes(Head.HashSize)],
                older,
            ];
            double slowest = 0;
            Noticed? noticed = null;
            for (int i = 0; i < frontiers.Length; i++)
            {
                Start given = now with { Frontier = frontiers[i] };
                cloud.Instead = async (request, ct) => request is StartRequest ? given : await cloud.HonestAsync(request, ct).ConfigureAwait(false);
                noticed = await OnceAsync(scene, $"{Follower}-{i}", cloud.Port, stop).ConfigureAwait(false);
                slowest = Math.Max(slowest, noticed.AfterMs);
            }

            return noticed! with { Tried = frontiers.Length, Times = frontiers.Length, AfterMs = slowest };
        }
    }

    private static async Task<Noticed> OnceAsync(AttackScene scene, string follower, int port, CancellationToken stop)
    {
        LineEye alerts = AlertsOf(scene, follower);
        Part part = await FollowAsync(scene, follower, port, stop, more: new JsonObject { ["from"] = "now" }).ConfigureAwait(false);
        await using (part.ConfigureAwait(false))
        {
            alerts.Struck();
            Noticed noticed = await alerts.See(alert => Is(alert, "notTaken", "is not taken"), "that what the cloud gives of the log is not taken", 1, stop).ConfigureAwait(false);
            return (await part.Health(stop).ConfigureAwait(false)).Count($"logs.{OperatorTarget.Log}") == 0
                ? noticed
                : throw new Unnoticed(1, 0, $"{follower} holds the log from a frontier that is not the log's");
        }
    }

    /// <summary>The true frontier of the largest smaller size that has as many hashes, so that nothing but the root can tell.</summary>
    private static async Task<ReadOnlyMemory<byte>[]> OlderAsync(SqliteLogStore store, Start now, CancellationToken stop)
    {
        ulong size = now.Head.Claims.Size - 1;
        while (System.Numerics.BitOperations.PopCount(size) != now.Frontier.Count && size > 1)
        {
            size--;
        }

        Frontier tree = new();
        foreach (LogEntry entry in await store.Read(OperatorTarget.Log, 0, size, int.MaxValue, stop).ConfigureAwait(false))
        {
            tree.Append(entry.Hash);
        }

        return [.. tree.Hashes.Select(hash => (ReadOnlyMemory<byte>)hash)];
    }
}
