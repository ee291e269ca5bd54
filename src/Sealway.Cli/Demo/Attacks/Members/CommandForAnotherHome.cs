namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A member's command for another home's log is brought to this one, in an envelope for this one; and one over a head that this log never had.</summary>
internal sealed class CommandForAnotherHome : MemberAttack
{
    public override string Name => "a command for another home";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        using RogueMember rogue = await RogueMember.PairAsync(scene, "app-elsewhere", stop).ConfigureAwait(false);
        HealthEye eye = await HealthEye.Open(scene.Home, stop, "commands.BadSignature", "commands.UnknownHead").ConfigureAwait(false);
        CommandContent content = await rogue.NextAsync(scene, stop).ConfigureAwait(false);
        await rogue.RelayAsync(rogue.Slot(Command.Sign(rogue.Keys.Signing, new LogId("another-home", 0), content)), stop).ConfigureAwait(false);
        CommandContent invented = await rogue.NextAsync(scene, stop).ConfigureAwait(false);
        await rogue.CommandAsync(invented with { Root = new byte[Head.HashSize] }, stop).ConfigureAwait(false);
        eye.Struck();
        return await eye.See(2, stop).ConfigureAwait(false);
    }
}
