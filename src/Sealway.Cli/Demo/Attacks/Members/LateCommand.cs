namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A genuine command is held back until its time is over; another claims a time further ahead than allowed.</summary>
internal sealed class LateCommand : MemberAttack
{
    public override string Name => "a command held back until it is late";

    public override Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop) => CommandAsync(
        scene,
        "app-late",
        "Expired",
        2,
        async rogue =>
        {
            CommandContent content = await rogue.NextAsync(scene, stop).ConfigureAwait(false);
            CommandSlot held = rogue.Slot(Command.Sign(rogue.Keys.Signing, rogue.Log, content with { ExpiryMilliseconds = RogueGateway.Now + 1_000 }));
            await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, stop).ConfigureAwait(false);
            await rogue.RelayAsync(held, stop).ConfigureAwait(false);
            CommandContent far = await rogue.NextAsync(scene, stop).ConfigureAwait(false);
            await rogue.CommandAsync(far with { ExpiryMilliseconds = RogueGateway.Now + (2 * Limits.CommandLifeMilliseconds) }, stop).ConfigureAwait(false);
        },
        stop);
}
