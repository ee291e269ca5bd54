namespace Sealway.Cli.Demo.Attacks;

/// <summary>An append that begins and never ends: the connection is given up, and others are not kept waiting.</summary>
internal sealed class EndlessAppend : GatewayAttack
{
    private const string Gateway = "rogue-endless";
    private static readonly TimeSpan Trickle = TimeSpan.FromSeconds(5);

    public override string Name => "an append that never ends";

    public override bool TakesLong => true;

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, null, stop).ConfigureAwait(false);
        await rogue.DisposeAsync().ConfigureAwait(false);
        HealthEye eye = await HealthEye.Open(scene.Cloud, stop, AtCloud("linksRefused.TooSlow")).ConfigureAwait(false);
        Stream stream = await RawMqtt.OpenAsync(scene, Gateway, RawMqtt.PublishThatNeverEnds(Gateway), stop).ConfigureAwait(false);
        eye.Struck();
        await using (stream.ConfigureAwait(false))
        {
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task trickle = TrickleAsync(stream, ended.Token);
            Noticed noticed = await eye.See(1, stop, TimeSpan.FromMinutes(4)).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await trickle.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return noticed;
        }
    }

    private static async Task TrickleAsync(Stream stream, CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(Trickle, TimeProvider.System, stop).ConfigureAwait(false);
            await stream.WriteAsync(new byte[] { 0 }, stop).ConfigureAwait(false);
            await stream.FlushAsync(stop).ConfigureAwait(false);
        }
    }
}
