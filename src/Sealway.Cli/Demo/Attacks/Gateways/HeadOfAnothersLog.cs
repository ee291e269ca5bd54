namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A gateway signs and sends a head of the ward's log; under the ward's name, and under its own with the ward's head in it.</summary>
internal sealed class HeadOfAnothersLog : GatewayAttack
{
    private const string Gateway = "rogue-heads";

    public override string Name => "a head of another's log";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, null, stop).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            LogId ward = new(DemoFleets.WardGateway, 0);
            List<byte[]> entries = rogue.Beginning();
            HealthEye eye = await HealthEye.Open(scene.Cloud, stop, AtCloud("messagesRefused")).ConfigureAwait(false);

            // The log of another; and the other's name inside a message about its own.
            await rogue.SendAsync(rogue.Append(ward, entries).ToArray(), stop).ConfigureAwait(false);
            Append mixed = rogue.Append(rogue.Log(), entries) with { Head = rogue.Sign(ward, entries) };
            await rogue.SendAsync(mixed.ToArray(), stop).ConfigureAwait(false);
            eye.Struck();
            return await eye.See(2, stop).ConfigureAwait(false);
        }
    }
}
