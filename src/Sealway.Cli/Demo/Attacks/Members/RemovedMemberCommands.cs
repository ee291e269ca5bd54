namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>Ben, who was removed, commands: over a connection of his own, and through a member who relays his slots.</summary>
internal sealed class RemovedMemberCommands : MemberAttack
{
    public override string Name => "a removed member commanding";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        using RogueMember friend = await RogueMember.PairAsync(scene, "app-friend", stop).ConfigureAwait(false);
        using RogueParty ben = new(Ben(scene), scene.Ports.HomeHttps);
        CommandContent content = await friend.NextAsync(scene, stop).ConfigureAwait(false) with { Number = 9_000_000 };
        CommandSlot slot = friend.Slot(Command.Sign(ben.Keys.Signing, friend.Log, content));
        HealthEye cloud = await HealthEye.Open(scene.Cloud, stop, AtCloud(scene, "linksRefused.Revoked")).ConfigureAwait(false);
        HealthEye home = await HealthEye.Open(scene.Home, stop, "commands.Revoked").ConfigureAwait(false);
        _ = await ben.TryAsync(stop, slot, new EntriesRequest(friend.Log, 0, 1)).ConfigureAwait(false);
        cloud.Struck();
        Noticed refused = await cloud.See(1, stop).ConfigureAwait(false);
        await friend.RelayAsync(slot, stop).ConfigureAwait(false);
        home.Struck();
        Noticed told = await home.See(1, stop).ConfigureAwait(false);
        return new Noticed(2, 2, $"{refused.By}, {told.By}", $"{refused.How}; {told.How}", Math.Max(refused.AfterMs, told.AfterMs));
    }
}
