namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A gateway rewrites an entry that followers hold, and signs a second history over it.</summary>
internal sealed class RewrittenEntry : GatewayAttack
{
    private const string Gateway = "rogue-rewrites";
    private const string Sensor = "rogue-rewrites-s";

    public override string Name => "an entry rewritten, and both histories signed";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, Sensor, stop).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            List<byte[]> entries = [.. rogue.Beginning(), .. Readings(scene, Sensor, [0, 1, 2, 3])];
            await rogue.ShowAsync(rogue.Log(), entries, stop).ConfigureAwait(false);

            HealthEye eye = await HealthEye.Open(scene.Cloud, stop, AtCloud("forks")).ConfigureAwait(false);
            List<byte[]> other = [.. entries];
            other[3] = RogueGateway.Event(new StartEvent("it was never so"), RogueGateway.Now);
            await rogue.SendAsync(rogue.Append(rogue.Log(), other).ToArray(), stop).ConfigureAwait(false);
            eye.Struck();
            return await eye.See(1, stop).ConfigureAwait(false);
        }
    }
}
