namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A gateway begins a thousand generations, one after the other: told, and borne.</summary>
internal sealed class ThousandGenerations : GatewayAttack
{
    private const string Gateway = "rogue-restarts";
    private const int Generations = 1_000;

    public override string Name => "a thousand generations";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, null, stop).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            LineEye eye = new(scene.ArchiveAlerts, "the archive's own alert");
            List<byte[]> entries = rogue.Beginning();
            await rogue.ShowAsync(rogue.Log(), entries, stop).ConfigureAwait(false);
            eye.Struck();
            for (uint generation = 1; generation < Generations; generation++)
            {
                PreviousGeneration previous = new(rogue.Log(generation - 1), (ulong)entries.Count, RogueGateway.Root(entries));
                entries = [RogueGateway.Event(new GenerationEvent("again", previous), RogueGateway.Now)];
                await rogue.SendAsync(rogue.Append(rogue.Log(generation), entries).ToArray(), stop).ConfigureAwait(false);
            }

            Noticed noticed = await eye.See(alert => alert.GetProperty("kind").GetString() == "generation" && alert.GetProperty("log").GetString()!.StartsWith(Gateway, StringComparison.Ordinal), "an alert of a new generation", 1, stop).ConfigureAwait(false);

            // And the cloud still serves everybody else.
            HealthEye served = await HealthEye.Open(scene.Cloud, stop, AtCloud("received")).ConfigureAwait(false);
            await scene.EnrolSensorAsync("after-restarts", DemoFleets.WardGateway, stop).ConfigureAwait(false);
            await scene.RegistryAtAsync(scene.Ward, stop).ConfigureAwait(false);
            Part sensor = await scene.StartSensorAsync("after-restarts", scene.WardSocket, 4, stop).ConfigureAwait(false);
            await served.See(4, stop).ConfigureAwait(false);
            await sensor.Stop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            return noticed;
        }
    }
}
