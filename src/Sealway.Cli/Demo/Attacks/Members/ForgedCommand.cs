namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>A member makes a command in Anna's name, with its own signature.</summary>
internal sealed class ForgedCommand : MemberAttack
{
    public override string Name => "a member forging another's command";

    public override Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop) => CommandAsync(
        scene,
        "app-false-anna",
        "BadSignature",
        1,
        async rogue =>
        {
            using Identity anna = scene.Steal(false, "app-anna");
            FalseSigner signer = new(rogue.Keys.Signing, anna.Signing.PublicKey);
            CommandContent content = await rogue.NextAsync(scene, stop).ConfigureAwait(false) with { Number = 9_000_000 };
            await rogue.RelayAsync(rogue.Slot(Command.Sign(signer, rogue.Log, content)), stop).ConfigureAwait(false);
        },
        stop);
}
