namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;

/// <summary>An attack by a member of the home, a removed one, a revoked party, or a stranger with something stolen.</summary>
internal abstract class MemberAttack : Attack
{
    public sealed override Attacker Attacker => Attacker.MemberOrStranger;

    /// <summary>The cloud's counters of the home's fleet.</summary>
    protected static string AtCloud(AttackScene scene, string path) => $"{scene.HomeFleet}.{path}";

    /// <summary>Tries commands of a bad member, and waits until the gateway has told each by its outcome.</summary>
    protected static async Task<Noticed> CommandAsync(AttackScene scene, string member, string outcome, int tried, Func<RogueMember, Task> act, CancellationToken stop)
    {
        using RogueMember rogue = await RogueMember.PairAsync(scene, member, stop).ConfigureAwait(false);
        return await CommandAsync(scene, rogue, outcome, tried, act, stop).ConfigureAwait(false);
    }

    /// <summary>The same with a member that is there.</summary>
    protected static async Task<Noticed> CommandAsync(AttackScene scene, RogueMember rogue, string outcome, int tried, Func<RogueMember, Task> act, CancellationToken stop)
    {
        HealthEye eye = await HealthEye.Open(scene.Home, stop, $"commands.{outcome}").ConfigureAwait(false);
        await act(rogue).ConfigureAwait(false);
        eye.Struck();
        return await eye.See(tried, stop).ConfigureAwait(false);
    }

    /// <summary>Waits until the gateway has carried a command out.</summary>
    protected static async Task CarriedOutAsync(AttackScene scene, Func<Task> act, CancellationToken stop)
    {
        HealthEye eye = await HealthEye.Open(scene.Home, stop, "commands.None").ConfigureAwait(false);
        await act().ConfigureAwait(false);
        _ = await eye.See(1, stop).ConfigureAwait(false);
    }

    /// <summary>The removed member's keys.</summary>
    protected static Identity Ben(AttackScene scene) => scene.Steal(false, "app-ben");
}
