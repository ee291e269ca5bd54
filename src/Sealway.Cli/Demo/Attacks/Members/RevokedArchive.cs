namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>A revoked archive asks for the ward's log: on the connection that it had, and on a new one.</summary>
internal sealed class RevokedArchive : MemberAttack
{
    private const string Archive = "revoked-archive";

    public override string Name => "a revoked archive connecting";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await scene.EnrolAsync(Role.Archive, Archive, stop).ConfigureAwait(false);
        EntriesRequest request = new(new LogId(DemoFleets.WardGateway, 0), 0, 1);
        using RogueParty connected = new(scene.Steal(true, Archive), scene.Ports.HospitalHttps);
        _ = await connected.PostAsync(stop, request).ConfigureAwait(false);
        HealthEye eye = await HealthEye.Open(scene.Cloud, stop, $"{DemoFleets.Hospital}.linksRefused.Revoked").ConfigureAwait(false);
        ulong now = RogueGateway.Now;
        await scene.WithAuthorityAsync(authority => authority.RevokeAsync(new Revocation(connected.Keys.Kid, now, "stolen"), stop), stop).ConfigureAwait(false);
        eye.Struck();
        using RogueParty again = new(scene.Steal(true, Archive), scene.Ports.HospitalHttps);
        bool served = await connected.TryAsync(stop, request).ConfigureAwait(false) is null | await again.TryAsync(stop, request).ConfigureAwait(false) is null;
        return served ? throw new Unnoticed(2, 0, "it was served") : await eye.See(2, stop).ConfigureAwait(false);
    }
}
