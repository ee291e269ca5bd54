namespace Sealway.Cli.Demo.Attacks;

/// <summary>A gateway gives genuine readings other times: an hour ago, after heads that followers have countersigned since; and tomorrow.</summary>
internal sealed class Misdated : GatewayAttack
{
    private const string Gateway = "rogue-misdates";
    private const string Sensor = "rogue-misdates-s";
    private const ulong Hour = 3_600_000;

    public override string Name => "genuine readings given other times";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, Sensor, stop).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            using Fleet.Identity keys = scene.Steal(true, Sensor);
            ulong past = RogueGateway.Now - Hour;
            List<byte[]> entries = [.. rogue.Beginning(at: past)];
            await rogue.ShowAsync(rogue.Log(), entries, stop).ConfigureAwait(false);
            await scene.Archive.Until(
                $"{rogue.Log()} to be archived",
                health => Figures.At(health, "logs") is { } logs && logs.TryGetProperty(rogue.Log().ToString(), out System.Text.Json.JsonElement size) && size.GetInt32() >= entries.Count,
                TimeSpan.FromSeconds(20),
                stop).ConfigureAwait(false);

            HealthEye eye = await HealthEye.Open(scene.Archive, stop, "misdated").ConfigureAwait(false);
            entries.Add(RogueGateway.Reading(ForgedReading.Sign(keys.Signing, new(1, 0)), past + 1000));
            entries.Add(RogueGateway.Reading(ForgedReading.Sign(keys.Signing, new(1, 1)), RogueGateway.Now + (24 * Hour)));
            await rogue.ShowAsync(rogue.Log(), entries, stop, from: 2).ConfigureAwait(false);
            eye.Struck();
            return await eye.See(2, stop).ConfigureAwait(false);
        }
    }
}
