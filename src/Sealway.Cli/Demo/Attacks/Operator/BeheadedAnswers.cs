namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A hostile cloud leaves the last entries out, under the head that signs them: that is not even a message of the protocol.</summary>
/// <param name="target">The log that is attacked.</param>
internal sealed class BeheadedAnswers(OperatorTarget target) : OperatorAttack(target)
{
    private const string Follower = "follows-beheaded";
    private const int LeftOut = 2;

    public override string Name => "the last entries left out towards a follower";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            cloud.Instead = async (request, ct) => await cloud.HonestAsync(request, ct).ConfigureAwait(false) is Append append && append.Log == OperatorTarget.Log && append.Entries.Count > LeftOut
                ? append with { Entries = [.. append.Entries.SkipLast(LeftOut)] }
                : await cloud.HonestAsync(request, ct).ConfigureAwait(false);
            Part part = await FollowAsync(scene, Follower, cloud.Port, stop).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                LineEye eye = new(part.LogFile, part.Name, fromTheBeginning: true);
                return await eye.See($"{OperatorTarget.Log} cannot be followed", 1, stop).ConfigureAwait(false);
            }
        }
    }
}
