namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Log;

/// <summary>A newcomer is shown the log as it was: an old head, validly signed, and nothing after it.</summary>
/// <param name="target">Who follows.</param>
/// <param name="live">The gateway.</param>
internal sealed class OldHead(OperatorTarget target, LiveTarget live) : OperatorAttack(target)
{
    private const string Follower = "follows-old";

    public override string Name => "an old head shown to a newcomer";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        await live.ReadyAsync(scene, stop).ConfigureAwait(false);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            LogState state = (await cloud.Store.State(LiveTarget.Log, stop).ConfigureAwait(false))!;
            cloud.Instead = async (request, ct) => request switch
            {
                Messages.EntriesRequest entries when entries.Log == LiveTarget.Log => await cloud.UpToAsync(entries, state.Size - 1, ct).ConfigureAwait(false),
                _ => await cloud.HonestAsync(request, ct).ConfigureAwait(false),
            };
            LineEye alerts = AlertsOf(scene, Follower);
            Part part = await FollowAsync(scene, Follower, cloud.Port, stop, LiveTarget.Log, new JsonObject { ["silentAfter"] = "3s" }).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                await part.Until("the old head", health => ((JsonElement?)health).Count($"logs.{LiveTarget.Log}") > 0, TimeSpan.FromSeconds(20), stop).ConfigureAwait(false);
                alerts.Struck();
                return await alerts.See(alert => Is(alert, "logSilence", string.Empty), "that the log is silent", 1, stop).ConfigureAwait(false);
            }
        }
    }
}
