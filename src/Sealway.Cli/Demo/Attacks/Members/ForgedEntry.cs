namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A member appends an entry to the home's log, under a head signed with the member's own key; as a message of its own and beside a fetch.</summary>
internal sealed class ForgedEntry : MemberAttack
{
    public override string Name => "a member forging an entry";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        using RogueMember rogue = await RogueMember.PairAsync(scene, "app-forger", stop).ConfigureAwait(false);
        List<byte[]> entries = [RogueGateway.Event(new StartEvent("forged"), RogueGateway.Now)];
        Head head = Head.Sign(rogue.Keys.Signing, new HeadClaims(rogue.Keys.Kid, rogue.Log, RogueGateway.Now / 1000, 1, 1), RogueGateway.Root(entries));
        Append forged = new(rogue.Log, 0, [AppendEntry.Full(entries[0])], head, []);
        HealthEye eye = await HealthEye.Open(scene.Cloud, stop, AtCloud(scene, "messagesRefused")).ConfigureAwait(false);
        _ = await rogue.TryAsync(stop, forged).ConfigureAwait(false);
        _ = await rogue.TryAsync(stop, rogue.Slot(null), forged).ConfigureAwait(false);

        // The shape of a countersignature: no entries, but a head that no gateway signed.
        _ = await rogue.TryAsync(stop, rogue.Slot(null), new Append(rogue.Log, 1, [], head, [])).ConfigureAwait(false);
        eye.Struck();
        return await eye.See(3, stop).ConfigureAwait(false);
    }
}
