namespace Sealway.Fleet.Tests.Certificates;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

public sealed class EnrolmentDeskTests
{
    private static readonly TimeSpan _day = TimeSpan.FromDays(1);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task A_device_becomes_what_the_fleet_recorded_whatever_it_asks_for()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        using X509Certificate2 shown = office.Shown;
        using X509Certificate2 issued = await office.Desk.EnrolAsync(office.Device, shown, EnrolmentOffice.Request(_key, subject: "CN=cloud, O=somebody"));
        Assert.Equal("CN=ward-3", issued.Subject);
        Assert.True(issued.MatchesHostname("ward-3.example"));
        Assert.True(issued.MatchesHostname("192.0.2.7"));
        X509SubjectAlternativeNameExtension names = Assert.Single(issued.Extensions.OfType<X509SubjectAlternativeNameExtension>());
        Assert.Contains($"urn:sealway:kid:{office.Made.Signing.Kid}", System.Text.Encoding.ASCII.GetString(names.RawData), StringComparison.Ordinal);
        Assert.Equal(_key.ExportSubjectPublicKeyInfo(), issued.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(office.Clock.Now + TimeSpan.FromDays(30), issued.NotAfter.ToUniversalTime());
    }

    [Fact]
    public async Task A_party_renews_with_the_names_that_it_has()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        X509Certificate2 present = await office.EnrolAsync();
        office.Clock.Now += 20 * _day;
        using X509Certificate2 next = await office.Desk.RenewAsync(office.Made.Signing.Kid, Role.Gateway, present, EnrolmentOffice.Request(_key, present));
        Assert.Equal(present.SubjectName.RawData, next.SubjectName.RawData);
        Assert.Equal(Names(present), Names(next));
        Assert.Equal(present.NotAfter + (20 * _day), next.NotAfter);
    }

    [Theory]
    [InlineData("CN=ward-4")]
    [InlineData("CN=ward-3, O=more")]
    [InlineData("CN=ward-3")]
    public async Task Who_renews_and_asks_for_other_names_is_refused(string subject)
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        X509Certificate2 present = await office.EnrolAsync();

        // The last has the subject, and no alternative names.
        await RefusedAsync(Refusal.Contradiction, office.Desk.RenewAsync(office.Made.Signing.Kid, Role.Gateway, present, EnrolmentOffice.Request(_key, subject: subject)));
    }

    [Fact]
    public async Task A_revoked_party_gets_nothing_by_either_certificate()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        X509Certificate2 present = await office.EnrolAsync();

        // From tomorrow on; nothing that outlives it is made today.
        await office.Authority.RevokeAsync(new Revocation(office.Made.Signing.Kid, office.Clock.Milliseconds + 86_400_000, "stolen"));
        await RefusedAsync(Refusal.Revoked, office.Desk.RenewAsync(office.Made.Signing.Kid, Role.Gateway, present, EnrolmentOffice.Request(_key, present)));
        await RefusedAsync(Refusal.Revoked, office.EnrolAsync());
    }

    [Fact]
    public async Task An_unknown_device_and_an_unknown_party_get_nothing()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        X509Certificate2 present = await office.EnrolAsync();
        using X509Certificate2 shown = office.Shown;
        await RefusedAsync(Refusal.UnknownKey, office.Desk.EnrolAsync(office.Device with { Serial = "SN-2" }, shown, EnrolmentOffice.Request(_key)));
        await RefusedAsync(Refusal.UnknownKey, office.Desk.EnrolAsync(office.Device with { Factory = "other" }, shown, EnrolmentOffice.Request(_key)));
        await RefusedAsync(Refusal.UnknownKey, office.Desk.RenewAsync(Kid.Parse("0123456789abcdef"), Role.Gateway, present, EnrolmentOffice.Request(_key, present)));
        await RefusedAsync(Refusal.WrongRole, office.Desk.RenewAsync(office.Made.Signing.Kid, Role.Cloud, present, EnrolmentOffice.Request(_key, present)));
    }

    [Fact]
    public async Task A_factory_certificate_with_another_signing_key_than_was_admitted_gets_nothing()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        using X509Certificate2 shown = office.Shown;
        await RefusedAsync(Refusal.Contradiction, office.Desk.EnrolAsync(office.Device with { Kid = Kid.Parse("0123456789abcdef") }, shown, EnrolmentOffice.Request(_key)));
    }

    [Fact]
    public async Task A_stale_registry_enrols_nobody_new_and_still_renews()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        X509Certificate2 present = await office.EnrolAsync();
        office.Clock.Now += 3 * _day;
        await RefusedAsync(Refusal.RegistryStale, office.EnrolAsync());
        using X509Certificate2 next = await office.Desk.RenewAsync(office.Made.Signing.Kid, Role.Gateway, present, EnrolmentOffice.Request(_key, present));
        await office.Authority.StatusAsync();
        await office.EnrolAsync();
    }

    [Fact]
    public async Task A_key_that_is_in_use_gets_no_certificate()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        X509Certificate2 first = await office.EnrolAsync();
        using X509Certificate2 present = await office.Desk.RenewAsync(office.Made.Signing.Kid, Role.Gateway, first, EnrolmentOffice.Request(_key, first));
        await RefusedAsync(Refusal.BadKey, office.Desk.RenewAsync(office.Made.Signing.Kid, Role.Gateway, present, EnrolmentOffice.Request(_key, present)));

        // A signing key that the registry knows.
        using ECDsa signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await office.Authority.EnrolAsync(new Enrolment(Sealway.Messages.PublicKey.FromPem(signing.ExportSubjectPublicKeyInfoPem(), KeyUse.Sign), Role.Archive, "records"));
        await RefusedAsync(Refusal.BadKey, office.Desk.RenewAsync(office.Made.Signing.Kid, Role.Gateway, present, EnrolmentOffice.Request(signing, present)));
    }

    [Fact]
    public async Task A_request_that_its_key_did_not_sign_is_refused()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        using X509Certificate2 shown = office.Shown;
        byte[] request = EnrolmentOffice.Request(_key);
        request[^1] ^= 1;
        await RefusedAsync(Refusal.Malformed, office.Desk.EnrolAsync(office.Device, shown, request));
        await RefusedAsync(Refusal.Malformed, office.Desk.EnrolAsync(office.Device, shown, new byte[] { 0x30, 0x80 }));
        await RefusedAsync(Refusal.TooLong, office.Desk.EnrolAsync(office.Device, shown, new byte[Limits.CertificateBytes + 1]));
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        await RefusedAsync(Refusal.BadKey, office.Desk.EnrolAsync(office.Device, shown, EnrolmentOffice.Request(other)));
    }

    [Fact]
    public async Task A_challenge_password_that_cannot_be_checked_is_refused()
    {
        await using EnrolmentOffice office = await EnrolmentOffice.OpenAsync();
        using X509Certificate2 shown = office.Shown;
        AsnEncodedData password = new("1.2.840.113549.1.9.7", [0x13, 0x01, (byte)'x']);
        await RefusedAsync(Refusal.NotAllowed, office.Desk.EnrolAsync(office.Device, shown, EnrolmentOffice.Request(_key, attributes: password)));
    }

    private static byte[] Names(X509Certificate2 certificate) => certificate.Extensions.Single(one => one.Oid!.Value == "2.5.29.17").RawData;

    private static async Task RefusedAsync(Refusal reason, Task<X509Certificate2> issuing) => Assert.Equal(reason, (await Assert.ThrowsAsync<MessageException>(() => issuing)).Reason);
}
