namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>A stranger's device sends well-made readings under a key of its own; another sends what a sensor of the home's fleet signed.</summary>
internal sealed class UnknownSensor : AirAttack
{
    private const int Each = 4;

    public override string Name => "readings of an unknown sensor";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        using SigningKey stranger = SigningKey.Generate();
        using Identity neighbour = scene.Steal(false, scene.Plan.Home[0].Name);
        HealthEye eye = await HealthEye.Open(scene.Ward, stop, "refusedBy.UnknownKey").ConfigureAwait(false);
        RogueDevice device = await RogueDevice.ConnectAsync(scene.WardSocket, stop).ConfigureAwait(false);
        await using (device.ConfigureAwait(false))
        {
            await device.SendAsync([.. Made(stranger), .. Made(neighbour.Signing)], stop).ConfigureAwait(false);
            eye.Struck();
            return await eye.See(2 * Each, stop).ConfigureAwait(false);
        }
    }

    private static IEnumerable<byte[]> Made(ISigner signer) =>
        Enumerable.Range(0, Each).Select(i => ForgedReading.Sign(signer, new ReadingNumber(1, (uint)i)));
}
