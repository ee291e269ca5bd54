namespace Sealway.Links.Tests.Enrolment;

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class EstServerTests
{
    [Fact]
    public async Task A_device_enrols_once_it_is_admitted_and_its_folder_becomes_a_partys()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync(admit: false);
        using X509Certificate2 factory = rig.FactoryCertificate();
        Says("Untrusted", HttpStatusCode.Forbidden, await rig.AskAsync("simpleenroll", factory, EnrolmentRig.Request()));
        LinkException stranger = await Assert.ThrowsAsync<LinkException>(rig.EnrolAsync);
        Assert.Equal(LinkRefusal.Untrusted, stranger.Reason);

        new FactoryAuthorities(rig.Fleet.Factories).Trust("acme", await File.ReadAllTextAsync(Path.Combine(rig.Device, "../../../acme/factory-ca.crt"), TestContext.Current.CancellationToken));
        Assert.Equal(LinkRefusal.NotEnrolled, (await Assert.ThrowsAsync<LinkException>(rig.EnrolAsync)).Reason);
        Assert.False(FactoryDevice.IsEnrolled(rig.Device));

        await new Admission(rig.Authority, rig.Fleet, rig.Time).AdmitAsync(rig.Made, TestContext.Current.CancellationToken);
        PeerIdentity self = await rig.EnrolAsync();
        Assert.Equal(("ward-3", Role.Gateway, rig.Made.Signing.Kid), (self.Name, self.Role, self.Kid));
        using Identity identity = Identity.Load(rig.Device);
        Assert.Equal(rig.Authority.Pin, identity.Authority);
        Assert.Equal("hospital", identity.Fleet);
        Assert.Equal(1, rig.Server!.Enrolled);
    }

    [Fact]
    public async Task Each_certificate_opens_its_own_operation_alone()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync();
        await rig.EnrolAsync();
        using X509Certificate2 factory = rig.FactoryCertificate();
        using X509Certificate2 party = rig.PartyCertificate();
        Says("Forbidden", HttpStatusCode.Forbidden, await rig.AskAsync("simplereenroll", factory, EnrolmentRig.Request()));
        Says("Forbidden", HttpStatusCode.Forbidden, await rig.AskAsync("simpleenroll", party, EnrolmentRig.Request()));
        Says("WrongName", HttpStatusCode.BadRequest, await rig.AskAsync("simplereenroll", party, EnrolmentRig.Request()));
        Assert.Equal(HttpStatusCode.OK, (await rig.AskAsync("cacerts", factory)).Status);
        Assert.Equal(HttpStatusCode.OK, (await rig.AskAsync("csrattrs", party)).Status);
        Says("BadRequest", HttpStatusCode.NotFound, await rig.AskAsync("serverkeygen", party, EnrolmentRig.Request()));
    }

    [Fact]
    public async Task Nobody_and_strangers_are_told_so_and_get_nothing()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync();
        Says("NoCertificate", HttpStatusCode.Forbidden, await rig.AskAsync("cacerts", null));
        using TestFleet other = new();
        using X509Certificate2 stranger = X509CertificateLoader.LoadPkcs12(other.Certificate("ward-3", Role.Gateway).Export(X509ContentType.Pkcs12), null);
        Says("Untrusted", HttpStatusCode.Forbidden, await rig.AskAsync("simplereenroll", stranger, EnrolmentRig.Request()));

        // Another factory that calls itself alike.
        using TemporaryFolder folder = new();
        using FactoryAuthority factory = FactoryAuthority.Create("acme", folder.File("acme"), default, rig.Time);
        using FactoryLine line = FactoryLine.Open(factory, folder.File("made"), _ => []);
        line.Make(new FactoryOrder(2, "SN-1", Role.Gateway, "ward-3", null, []), default);
        using X509Certificate2 forged = X509CertificateLoader.LoadPkcs12(FactoryDevice.LoadCertificate(folder.File("made/devices/SN-1"), default).Export(X509ContentType.Pkcs12), null);
        Says("Untrusted", HttpStatusCode.Forbidden, await rig.AskAsync("simpleenroll", forged, EnrolmentRig.Request()));
        Assert.Equal((0L, 0L), (rig.Server!.Enrolled, rig.Server.Renewed));
    }

    [Fact]
    public async Task A_refused_handshake_is_named_and_a_stranger_is_told_nothing_of_the_fleet()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync();
        using TestFleet other = new();
        using X509Certificate2 stranger = X509CertificateLoader.LoadPkcs12(other.Certificate("ward-3", Role.Gateway).Export(X509ContentType.Pkcs12), null);
        Assert.Equal((HttpStatusCode.Forbidden, "Untrusted: the certificate is not one of this fleet"), await rig.AskAsync("cacerts", stranger));
        Assert.Equal((HttpStatusCode.Forbidden, "NoCertificate: a certificate of this fleet is needed"), await rig.AskAsync("cacerts", null));
        using (TcpClient plain = new(rig.Address.Host, rig.Address.Port))
        {
            await plain.GetStream().WriteAsync("GET /.well-known/est/cacerts HTTP/1.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await ToEndAsync(plain.GetStream());
        }

        using (TcpClient old = new(rig.Address.Host, rig.Address.Port))
        {
            SslClientAuthenticationOptions options = new() { TargetHost = "localhost", EnabledSslProtocols = SslProtocols.Tls12, RemoteCertificateValidationCallback = TestFleet.AcceptAnything };
            await using SslStream tls = new(old.GetStream());
            await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken));
        }

        // Who has what it came for knows that all before it were counted.
        await rig.EnrolAsync();
        Assert.Equal([LinkRefusal.Untrusted, LinkRefusal.NoCertificate, LinkRefusal.NotTls, LinkRefusal.WrongVersion], rig.Refused.Select(cause => cause.Reason));
    }

    [Fact]
    public async Task A_stranger_that_cannot_be_judged_is_not_told_of_the_servers_files()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync();
        await File.WriteAllTextAsync(Path.Combine(rig.Fleet.Factories, "a-broken-one.crt"), "no certificate", TestContext.Current.CancellationToken);
        using X509Certificate2 factory = rig.FactoryCertificate();
        Assert.Equal((HttpStatusCode.Forbidden, "Failed: the trusted factories cannot be read; the server's log says why"), await rig.AskAsync("cacerts", factory));
    }

    [Fact]
    public async Task A_revoked_party_is_refused_by_either_certificate()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync();
        await rig.EnrolAsync();
        using X509Certificate2 party = rig.PartyCertificate();
        using X509Certificate2 factory = rig.FactoryCertificate();
        await rig.Authority.RevokeAsync(new Revocation(rig.Made.Signing.Kid, 0, "stolen"), TestContext.Current.CancellationToken);
        Says("Revoked", HttpStatusCode.Forbidden, await rig.AskAsync("simplereenroll", party, EnrolmentRig.Request()));
        Says("Revoked", HttpStatusCode.Forbidden, await rig.AskAsync("simpleenroll", factory, EnrolmentRig.Request()));
    }

    [Fact]
    public async Task An_expired_certificate_renews_nothing()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync();
        await rig.EnrolAsync();
        using X509Certificate2 party = rig.PartyCertificate();
        rig.Time.Advance(TimeSpan.FromDays(31));
        Says("Expired", HttpStatusCode.Forbidden, await rig.AskAsync("simplereenroll", party, EnrolmentRig.Request()));
    }

    [Fact]
    public async Task Bodies_are_bounded_and_named_where_they_are_wrong()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync();
        using X509Certificate2 factory = rig.FactoryCertificate();
        Says("WrongLength", HttpStatusCode.BadRequest, await rig.AskAsync("simpleenroll", factory, new byte[LinkLimits.EnrolmentBytes + 1]));
        Says("BadRequest", HttpStatusCode.BadRequest, await rig.AskAsync("simpleenroll", factory, "-----BEGIN CERTIFICATE REQUEST-----"u8.ToArray()));
        Says("BadRequest", HttpStatusCode.BadRequest, await rig.AskAsync("simpleenroll", factory, "AAAA"u8.ToArray()));
        Says("BadRequest", HttpStatusCode.BadRequest, await rig.AskAsync("simpleenroll", factory, EnrolmentRig.Request(), "text/plain"));
        Assert.Equal(0, rig.Server!.Enrolled);
    }

    [Fact]
    public async Task Who_asks_too_often_waits_and_holds_up_nobody_else()
    {
        await using EnrolmentRig rig = await EnrolmentRig.OpenAsync();
        using X509Certificate2 factory = rig.FactoryCertificate();
        for (int i = 0; i < LinkLimits.EnrolmentBurst; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await rig.AskAsync("simpleenroll", factory, EnrolmentRig.Request())).Status);
        }

        Says("TooMany", HttpStatusCode.ServiceUnavailable, await rig.AskAsync("simpleenroll", factory, EnrolmentRig.Request()));
        rig.Time.Advance(TimeSpan.FromDays(30) / 12);
        await rig.Authority.StatusAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await rig.AskAsync("simpleenroll", factory, EnrolmentRig.Request())).Status);
        Says("TooMany", HttpStatusCode.ServiceUnavailable, await rig.AskAsync("simpleenroll", factory, EnrolmentRig.Request()));
    }

    private static async Task ToEndAsync(Stream stream)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Ended with a reset.
        }
    }

    private static void Says(string reason, HttpStatusCode status, (HttpStatusCode Status, string Text) answer)
    {
        Assert.StartsWith(reason + ": ", answer.Text, StringComparison.Ordinal);
        Assert.Equal(status, answer.Status);
    }
}
