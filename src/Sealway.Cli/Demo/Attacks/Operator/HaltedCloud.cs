namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>The cloud stands still. An archive that wants to hear of the log each few seconds tells, and hears it again when the cloud goes on.</summary>
/// <param name="target">Who follows.</param>
/// <param name="live">The gateway.</param>
internal sealed class HaltedCloud(OperatorTarget target, LiveTarget live) : OperatorAttack(target)
{
    private const string Follower = "follows-halted";

    private static readonly TimeSpan _heardTwice = TimeSpan.FromSeconds(4);

    public override string Name => "the cloud halted";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        await live.ReadyAsync(scene, stop).ConfigureAwait(false);
        Part part = await FollowAsync(scene, Follower, scene.Ports.HospitalHttps, stop, LiveTarget.Log, new JsonObject { ["silentAfter"] = "3s" }).ConfigureAwait(false);
        await using (part.ConfigureAwait(false))
        {
            await HoldsAsync(part, LiveTarget.Log, 1, stop).ConfigureAwait(false);
            await Task.Delay(_heardTwice, stop).ConfigureAwait(false);
            if (Figures.At(await part.Health(stop).ConfigureAwait(false), "silentLogs") is { ValueKind: JsonValueKind.Array } silent && silent.GetArrayLength() > 0)
            {
                throw new Unnoticed(1, 0, "the log was called silent before the cloud was halted");
            }

            LineEye alerts = AlertsOf(scene, Follower);
            scene.Cloud.Halt();
            alerts.Struck();
            Noticed noticed;
            try
            {
                noticed = await alerts.See(alert => Is(alert, "logSilence", string.Empty), "that the log is silent", 1, stop).ConfigureAwait(false);
            }
            finally
            {
                scene.Cloud.GoOn();
            }

            await alerts.See(alert => LineEye.Text(alert).Contains("heard again", StringComparison.Ordinal), "that the log is heard again", 1, stop).ConfigureAwait(false);
            return noticed;
        }
    }
}
