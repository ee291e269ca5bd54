namespace Sealway.Fleet.Tests.Factory;

using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet.Tests.Certificates;
using Sealway.Testing;

public sealed class AdmissionTests
{
    [Fact]
    public async Task A_device_is_admitted_once_and_a_repeated_run_goes_on_where_it_was_cut()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        ulong size = office.Authority.Registry.Size;
        Assert.False(await office.AdmitAsync(office.Made));

        // Enrolled, and the power went before it was recorded.
        Directory.Delete(office.Fleet.Devices, recursive: true);
        Assert.True(await office.AdmitAsync(office.Made));
        Assert.Equal(size, office.Authority.Registry.Size);
        Assert.Equal(office.Made.Agreement, office.Authority.Registry.Find(office.Made.Signing.Kid)!.Agreement);
    }

    [Fact]
    public async Task A_list_in_which_a_key_or_serial_number_was_changed_is_refused()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        using SigningKey other = SigningKey.Generate();
        await RefusedAsync(Refusal.WrongSigner, office, office.Made with { Signing = other.PublicKey, Name = "thief" });
        await RefusedAsync(Refusal.WrongSigner, office, office.Made with { Serial = "SN-9", Name = "thief" });
        await RefusedAsync(Refusal.AlreadyEnrolled, office, office.Made with { Name = "another" }, forget: true);
    }

    [Fact]
    public async Task Devices_of_a_factory_that_is_not_trusted_are_refused()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        using TemporaryFolder folder = new();
        using FactoryAuthority other = FactoryAuthority.Create("acme", folder.File("other"), default, office.Clock);
        using FactoryLine line = FactoryLine.Open(other, folder.File("made"), _ => []);
        line.Make(new FactoryOrder(2, "SN-1", Role.Sensor, "thief", null, []), default);
        await RefusedAsync(Refusal.WrongSigner, office, line.Made.Single());
        FactoryAuthorities trusted = new(office.Fleet.Factories);
        Assert.Throws<FleetFileException>(() => trusted.Trust("acme", other.Certificate.ExportCertificatePem()));
        Assert.Throws<FleetFileException>(() => trusted.Trust("../x", other.Certificate.ExportCertificatePem()));
        using X509Certificate2 device = office.Shown;
        Assert.Throws<FleetFileException>(() => trusted.Trust("device", device.ExportCertificatePem()));
    }

    private static async Task RefusedAsync(Refusal reason, EnrolmentOffice office, MadeDevice device, bool forget = false)
    {
        if (forget)
        {
            Directory.Delete(office.Fleet.Devices, recursive: true);
        }

        Assert.Equal(reason, (await Assert.ThrowsAsync<MessageException>(() => office.AdmitAsync(device))).Reason);
    }
}
