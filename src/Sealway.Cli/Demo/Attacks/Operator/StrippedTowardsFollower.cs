namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A hostile cloud leaves out all countersignatures. Whoever proves a reading from what came so gets a waybill that says that it is not final.</summary>
/// <param name="target">The log that is attacked.</param>
internal sealed class StrippedTowardsFollower(OperatorTarget target) : OperatorAttack(target)
{
    private const string Follower = "follows-stripped";
    private const int Tries = 3;

    public override string Name => "countersignatures stripped towards a follower";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            cloud.Instead = async (request, ct) => await cloud.HonestAsync(request, ct).ConfigureAwait(false) switch
            {
                Append append => append with { Countersignatures = [] },
                Held held => held with { Countersignatures = [] },
                var other => other,
            };
            Part part = await FollowAsync(scene, Follower, cloud.Port, stop).ConfigureAwait(false);
            await HoldsAsync(part, OperatorTarget.Log, Target.Size, stop).ConfigureAwait(false);
            await part.Stop(TimeSpan.FromSeconds(20)).ConfigureAwait(false);
        }

        long struck = TimeProvider.System.GetTimestamp();
        string[] indices = [.. Enumerable.Range(0, Tries).Select(i => (Target.Size / 2) + (ulong)i).SelectMany(index => new[] { "--index", index.ToString(System.Globalization.CultureInfo.InvariantCulture) })];
        string waybill = Path.Combine(scene.Folders.Parts, $"{Follower}.waybill");
        (int proved, string said) = await scene.CommandAsync($"{Follower}-prove", stop, ["archive", "prove", Path.Combine(scene.Folders.Parts, $"{Follower}.json"), "--log", OperatorTarget.Log.ToString(), .. indices, "--out", waybill]).ConfigureAwait(false);
        if (proved != 0)
        {
            throw new Unnoticed(Tries, 0, $"archive prove failed: {said}");
        }

        (_, string told) = await scene.CommandAsync($"{Follower}-verify", stop, "verify", waybill, "--authority", Path.Combine(scene.Folders.HospitalFleet, "authority.pub")).ConfigureAwait(false);
        string[] provisional = [.. told.Split('\n').Where(line => line.EndsWith("provisional", StringComparison.Ordinal))];
        return provisional.Length >= Tries
            ? new Noticed(Tries, provisional.Length, "sealway verify", provisional[0], TimeProvider.System.GetElapsedTime(struck).TotalMilliseconds)
            : throw new Unnoticed(Tries, provisional.Length, $"sealway verify does not say that the readings are provisional: {told}");
    }
}
