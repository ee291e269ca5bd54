namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>A gateway is revoked while it is connected: it is dropped; and it connects again: it is refused.</summary>
internal sealed class RevokedGateway : MemberAttack
{
    private const string Gateway = "revoked-gateway";

    public override string Name => "a revoked gateway connecting";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        HealthEye eye = await HealthEye.Open(scene.Cloud, stop, $"{DemoFleets.Hospital}.linksRefused.Revoked").ConfigureAwait(false);
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, null, stop).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            ulong now = RogueGateway.Now;
            await scene.WithAuthorityAsync(authority => authority.RevokeAsync(new Revocation(rogue.Keys.Kid, now, "stolen"), stop), stop).ConfigureAwait(false);
            eye.Struck();

            // Dropped once; its connection tries again by itself.
            return await eye.See(2, stop).ConfigureAwait(false);
        }
    }
}
