namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>The cloud's bytes of a genuine command, which was carried out, are relayed again.</summary>
internal sealed class ReplayedCommand : MemberAttack
{
    private const int Tries = 3;

    public override string Name => "a command replayed";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        using RogueMember rogue = await RogueMember.PairAsync(scene, "app-replayed", stop).ConfigureAwait(false);
        CommandContent content = await rogue.NextAsync(scene, stop).ConfigureAwait(false);
        CommandSlot slot = rogue.Slot(Command.Sign(rogue.Keys.Signing, rogue.Log, content));
        await CarriedOutAsync(scene, () => rogue.RelayAsync(slot, stop), stop).ConfigureAwait(false);
        return await CommandAsync(
            scene,
            rogue,
            "CommandNotRising",
            Tries,
            async _ =>
            {
                for (int i = 0; i < Tries; i++)
                {
                    await rogue.RelayAsync(slot, stop).ConfigureAwait(false);
                }
            },
            stop).ConfigureAwait(false);
    }
}
