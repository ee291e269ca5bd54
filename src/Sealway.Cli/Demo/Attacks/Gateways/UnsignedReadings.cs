namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>A gateway logs readings that no sensor signed: altered, signed with its own key, with a made-up one, with another ward's sensor's.</summary>
internal sealed class UnsignedReadings : GatewayAttack
{
    private const string Gateway = "rogue-invents";
    private const string Sensor = "rogue-invents-s";

    public override string Name => "readings that no sensor signed, logged";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, Sensor, stop).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            using Identity sensor = scene.Steal(true, Sensor);
            using Identity ward = scene.Steal(true, scene.Plan.Ward[0].Name);
            using SigningKey made = SigningKey.Generate();
            byte[] altered = ForgedReading.Sign(sensor.Signing, new(1, 0));
            altered[^70] ^= 1;
            byte[][] readings =
            [
                altered,
                ForgedReading.Sign(rogue.Keys.Signing, new(1, 0)),
                ForgedReading.Sign(made, new(1, 0)),
                ForgedReading.Sign(ward.Signing, new(9, 0)),
            ];
            HealthEye eye = await HealthEye.Open(scene.Archive, stop, "refused").ConfigureAwait(false);
            await rogue.ShowAsync(rogue.Log(), [.. rogue.Beginning(), .. readings.Select(reading => RogueGateway.Reading(reading, RogueGateway.Now))], stop).ConfigureAwait(false);
            eye.Struck();
            return await eye.See(readings.Length, stop).ConfigureAwait(false);
        }
    }
}
