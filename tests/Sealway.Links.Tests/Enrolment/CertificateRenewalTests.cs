namespace Sealway.Links.Tests.Enrolment;

using System.Collections.Concurrent;
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
        ConcurrentQueue<DateTimeOffset> renewed = [];
        identity.Changed += () => renewed.Enqueue(rig.Time.Now);
        HashSet<string> keys = [Convert.ToHexString(identity.Current.Certificate.GetPublicKey())];
        Task running = renewal.RunAsync(end.Token);
        for (int i = 1; i <= 3; i++)
        {
            DateTimeOffset issued = rig.Time.Now;
            await UntilAsync(rig, TimeSpan.FromHours(1), () => renewal.Renewals >= i);
            Assert.True(keys.Add(Convert.ToHexString(identity.Current.Certificate.GetPublicKey())));
            Assert.True(renewed.TryDequeue(out DateTimeOffset at));

            // Two thirds, less a twentieth of the life; a step of the clock is an hour.
            Assert.InRange((at - issued) / _life, (2.0 / 3) - (1.0 / 20) - 0.01, (2.0 / 3) + 0.03);
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
        await UntilAsync(rig, TimeSpan.FromHours(1), () => renewal.Failures > 3);
        Assert.False(renewal.IsLate);
        Assert.StartsWith("Unreachable", renewal.Trouble, StringComparison.Ordinal);
        Assert.Equal(false, renewal.Health()["late"]);

        await UntilAsync(rig, TimeSpan.FromHours(1), () => rig.Time.Now >= renewal.Life.WarnAt);
        Assert.Equal(true, renewal.Health()["late"]);
        Assert.Same(first, identity.Current);
        Assert.Null(first.Check(asServer: true, rig.Time.Now));

        await rig.StartAsync();
        await UntilAsync(rig, TimeSpan.FromMinutes(10), () => renewal.Renewals == 1);
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

    // The clock goes on in steps while the renewal does its work on real sockets.
    private static async Task UntilAsync(EnrolmentRig rig, TimeSpan step, Func<bool> condition)
    {
        while (!condition())
        {
            rig.Time.Advance(step);
            await Task.Delay(1, Stop);
        }
    }

    private static async Task EndAsync(Task running, CancellationTokenSource end)
    {
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
