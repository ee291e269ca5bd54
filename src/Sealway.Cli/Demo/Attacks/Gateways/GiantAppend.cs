namespace Sealway.Cli.Demo.Attacks;

/// <summary>Appends beyond every limit: too many entries, and a packet that claims 256 MiB, for which nothing may be set aside.</summary>
internal sealed class GiantAppend : GatewayAttack
{
    private const string Gateway = "rogue-giant";

    public override string Name => "giant appends";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, null, stop).ConfigureAwait(false);
        HealthEye eye = await HealthEye.Open(scene.Cloud, stop, AtCloud("messagesRefused"), AtCloud("linksRefused")).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            List<byte[]> entries = rogue.Beginning();
            while (entries.Count < 5_000)
            {
                entries.Add(RogueGateway.Event(new Messages.StartEvent("again"), RogueGateway.Now));
            }

            await rogue.SendAsync(rogue.Append(rogue.Log(), entries).ToArray(), stop).ConfigureAwait(false);
        }

        // The name is free again: what follows comes on a connection of its own.
        RogueGateway second = await RogueGateway.ConnectAsync(scene, $"{Gateway}-2", null, stop).ConfigureAwait(false);
        await second.DisposeAsync().ConfigureAwait(false);
        await RawMqtt.SendAsync(scene, $"{Gateway}-2", RawMqtt.PublishOf256MiB, stop).ConfigureAwait(false);
        eye.Struck();
        return await eye.See(2, stop).ConfigureAwait(false);
    }
}
