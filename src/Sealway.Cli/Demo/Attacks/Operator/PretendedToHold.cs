namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Messages;

/// <summary>The cloud acknowledges and countersigns what a gateway sends, and throws it away. No archive ever countersigns it, and the gateway keeps it.</summary>
/// <param name="target">Who follows.</param>
internal sealed class PretendedToHold(OperatorTarget target) : OperatorAttack(target)
{
    private const string Gateway = "ward-deceived";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(40);

    public override string Name => "entries acknowledged and thrown away";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        await scene.EnrolAsync(Role.Gateway, Gateway, stop).ConfigureAwait(false);
        HostileBroker cloud = await HostileBroker.StartAsync(scene, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            Part part = await scene.StartAsync(
                "gateway",
                Gateway,
                new JsonObject
                {
                    ["identity"] = scene.Folders.Keys(true, Gateway),
                    ["data"] = scene.Folders.DataOf(Gateway),
                    ["cloud"] = AttackScene.Local(cloud.Port),
                    ["sensors"] = new JsonObject { ["plaintextSockets"] = new JsonArray(scene.SocketOf(Gateway)) },
                    ["headEvery"] = "1s",
                    ["archiveLateAfter"] = "2s",
                },
                stop).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                LineEye eye = new(part.LogFile, part.Name, fromTheBeginning: true);
                await part.Until("an acknowledgement", health => ((JsonElement?)health).Count("countersignedByCloud") > 0, _patience, stop).ConfigureAwait(false);
                eye.Struck();
                return await eye.See("no archive has countersigned", 1, stop).ConfigureAwait(false);
            }
        }
    }
}
