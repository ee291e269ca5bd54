namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>Of two genuine commands the cloud relays the later one first.</summary>
internal sealed class ReorderedCommands : MemberAttack
{
    public override string Name => "commands reordered";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        using RogueMember rogue = await RogueMember.PairAsync(scene, "app-reordered", stop).ConfigureAwait(false);
        CommandSlot first = rogue.Slot(Command.Sign(rogue.Keys.Signing, rogue.Log, await rogue.NextAsync(scene, stop).ConfigureAwait(false)));
        CommandSlot second = rogue.Slot(Command.Sign(rogue.Keys.Signing, rogue.Log, await rogue.NextAsync(scene, stop).ConfigureAwait(false)));
        await CarriedOutAsync(scene, () => rogue.RelayAsync(second, stop), stop).ConfigureAwait(false);
        return await CommandAsync(scene, rogue, "CommandNotRising", 1, _ => rogue.RelayAsync(first, stop), stop).ConfigureAwait(false);
    }
}
