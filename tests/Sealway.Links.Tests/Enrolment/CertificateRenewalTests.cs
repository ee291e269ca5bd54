namespace Sealway.Links.Tests.Enrolment;

using Sealway.Fleet;
using Xunit;

public sealed class CertificateRenewalTests
{
    private static readonly TimeSpan _life = TimeSpan.FromDays(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_is_renewed_at_two_thirds_of_its_life_with_a_new_key_each_time()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync(_life);
        await rig.EnrolAsync();
        using TlsIdentitySource identity = TlsIdentitySource.FromFolder(rig.Device, default, rig.Time);
        CertificateRenewal renewal = rig.Renewal(identity);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        HashSet<string> keys = [Convert.ToHexString(identity.Current.Certificate.GetPublicKey())];
        Task running = renewal.RunAsync(end.Token);
        for (int i = 1; i <= 3; i++)
        {
            // Each party takes its moment in the twentieth of the life before two thirds.
            rig.Time.Advance((_life * 2 / 3) - (_life / 20) - TimeSpan.FromMinutes(1));
            await Task.Delay(50, Stop);
            Assert.Equal(i - 1, renewal.Renewals + renewal.Failures);
            rig.Time.Advance(_life / 20 + TimeSpan.FromMinutes(2));
            await AttemptedAsync(renewal, i - 1);
            Assert.Equal(i, renewal.Renewals);
            Assert.True(keys.Add(Convert.ToHexString(identity.Current.Certificate.GetPublicKey())));
            using Identity stored = Identity.Load(rig.Device);
            Assert.Equal(identity.Current.Certificate.SerialNumber, stored.Certificate.SerialNumber);
        }

        Assert.Equal(0, renewal.Failures);
        await EndAsync(running, end);
    }

    [Fact]
    public async Task While_the_server_is_away_the_certificate_holds_and_it_says_so_early_and_loudly()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync(_life);
        await rig.EnrolAsync();
        using TlsIdentitySource identity = TlsIdentitySource.FromFolder(rig.Device, default, rig.Time);
        CertificateRenewal renewal = rig.Renewal(identity);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        TlsIdentity first = identity.Current;
        await rig.StopAsync();
        Task running = renewal.RunAsync(end.Token);
        rig.Time.Advance(_life * 2 / 3);
        await AttemptedAsync(renewal, 0);
        await UntilAsync(rig, TimeSpan.FromHours(1), renewal, () => renewal.Failures > 3);
        Assert.False(renewal.IsLate);
        Assert.StartsWith("Unreachable", renewal.Trouble, StringComparison.Ordinal);
        Assert.Equal(false, renewal.Health()["late"]);

        rig.Time.Advance(renewal.Life.WarnAt - rig.Time.Now);
        Assert.Equal(true, renewal.Health()["late"]);
        Assert.Same(first, identity.Current);
        Assert.Null(first.Check(asServer: true, rig.Time.Now));

        await rig.StartAsync();
        await UntilAsync(rig, TimeSpan.FromHours(1), renewal, () => renewal.Renewals == 1);
        Assert.Null(renewal.Trouble);
        Assert.False(renewal.IsLate);
        await EndAsync(running, end);
    }

    [Fact]
    public async Task A_device_whose_certificate_has_expired_enrols_anew_with_its_factory_certificate()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync(_life);
        await rig.EnrolAsync();
        using TlsIdentitySource identity = TlsIdentitySource.FromFolder(rig.Device, default, rig.Time);
        rig.Time.Advance(TimeSpan.FromDays(31));
        await rig.Authority.StatusAsync(Stop);
        await rig.Renewal(identity).RenewAsync(Stop);
        Assert.Null(identity.Current.Check(asServer: false, rig.Time.Now));
        Assert.Equal(2, rig.Server!.Enrolled);

        // Without it there is no door.
        rig.Time.Advance(TimeSpan.FromDays(31));
        File.Delete(Path.Combine(rig.Device, "factory.key"));
        Assert.Equal(LinkRefusal.Expired, (await Assert.ThrowsAsync<LinkException>(() => rig.Renewal(identity).RenewAsync(Stop))).Reason);
    }

    [Fact]
    public async Task A_server_of_another_fleet_is_given_no_request()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync(_life);
        await using EnrolmentRig other = await EnrolmentRig.OpenAsync(_life);
        await rig.EnrolAsync();
        using TlsIdentitySource identity = TlsIdentitySource.FromFolder(rig.Device, default, rig.Time);
        CertificateRenewal renewal = new(new RenewalOptions { Folder = rig.Device, Server = other.Address, Time = rig.Time }, identity);
        Assert.Equal(LinkRefusal.Untrusted, (await Assert.ThrowsAsync<LinkException>(() => renewal.RenewAsync(Stop))).Reason);
        Assert.Equal(0, other.Server!.Renewed);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_keeps_the_old_pair_and_is_told()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync(_life);
        await rig.EnrolAsync();
        using TlsIdentitySource identity = TlsIdentitySource.FromFolder(rig.Device, default, rig.Time);
        TlsIdentity first = identity.Current;

        // In the way of the new certificate, whoever writes.
        Directory.CreateDirectory(Path.Combine(rig.Device, "tls.crt.next", "full"));
        await Assert.ThrowsAsync<FleetFileException>(() => rig.Renewal(identity).RenewAsync(Stop));
        Assert.Same(first, identity.Current);
        Directory.Delete(Path.Combine(rig.Device, "tls.crt.next"), recursive: true);
        using Identity stored = Identity.Load(rig.Device);
        Assert.Equal(first.Certificate.SerialNumber, stored.Certificate.SerialNumber);
        await rig.Renewal(identity).RenewAsync(Stop);
        Assert.NotSame(first, identity.Current);
    }

    // The clock goes on in steps, and stands while an attempt is made on real sockets, whose time limits it would use up.
    private static async Task UntilAsync(EnrolmentRig rig, TimeSpan step, CertificateRenewal renewal, Func<bool> condition)
    {
        while (!condition())
        {
            long before = renewal.Renewals + renewal.Failures;
            rig.Time.Advance(step);
            await Task.WhenAny(AttemptedAsync(renewal, before), Task.Delay(TimeSpan.FromSeconds(2), Stop));
        }
    }

    private static async Task AttemptedAsync(CertificateRenewal renewal, long before)
    {
        while (renewal.Renewals + renewal.Failures == before)
        {
            await Task.Delay(5, Stop);
        }
    }

    private static async Task EndAsync(Task running, CancellationTokenSource end)
    {
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
