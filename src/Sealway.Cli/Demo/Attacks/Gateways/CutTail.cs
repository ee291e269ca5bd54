namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A gateway begins a new generation that names less of the one before than followers hold, to be rid of its tail.</summary>
internal sealed class CutTail : GatewayAttack
{
    private const string Gateway = "rogue-cuts";
    private const string Sensor = "rogue-cuts-s";

    public override string Name => "a tail cut off by a new generation";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, Sensor, stop).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            List<byte[]> entries = [.. rogue.Beginning(), .. Readings(scene, Sensor, [0, 1, 2, 3, 4, 5])];
            await rogue.ShowAsync(rogue.Log(), entries, stop).ConfigureAwait(false);
            await scene.Archive.Until(
                $"{entries.Count} entries of {rogue.Log()} to be archived",
                health => Figures.At(health, "logs") is { } logs && logs.TryGetProperty(rogue.Log().ToString(), out System.Text.Json.JsonElement size) && size.GetInt32() >= entries.Count,
                TimeSpan.FromSeconds(20),
                stop).ConfigureAwait(false);

            LineEye eye = new(scene.ArchiveAlerts, "the archive's own alert");
            List<byte[]> kept = entries[..^3];
            List<byte[]> next = rogue.Beginning(new PreviousGeneration(rogue.Log(), (ulong)kept.Count, RogueGateway.Root(kept)), "restored from an old disk");
            await rogue.ShowAsync(rogue.Log(1), next, stop).ConfigureAwait(false);
            eye.Struck();
            return await eye.See(alert => alert.GetProperty("kind").GetString() == "cut", "an alert that the tail was cut", 1, stop).ConfigureAwait(false);
        }
    }
}
