namespace Sealway.TlsCheck.Tests.Checks;

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.StartTls;
using Sealway.TlsCheck.Tests.Servers;
using Xunit;

public sealed class StartTlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Theory]
    [InlineData(false, "No")]
    [InlineData(true, "Yes")]
    public async Task A_mail_server_is_checked_behind_starttls_and_for_what_it_keeps(bool keeps, string told)
    {
        MailServer mail = new(_certificates.Server(), keeps: keeps);
        using ScriptedServer server = new(mail.ServeAsync);
        EndpointReport report = await CheckAsync(server, StartTlsProtocol.Smtp, CheckParts.Certificate | CheckParts.Holes);
        Assert.Equal(Outcome.Checked, report.Outcome);
        Assert.Contains("TLS 1.3", report.Offered());
        Assert.All(report.Chains, chain => Assert.Equal((Answer.Yes, Answer.Yes), (chain.Trusted, chain.SignatureVerified)));
        Assert.Equal(Enum.Parse<Answer>(told), report.Hole("starttls-injection"));
        Assert.Equal(Answer.No, report.StartTlsTrailing);
    }

    [Fact]
    public async Task Starttls_stripped_from_mail_is_a_finding_and_never_fine()
    {
        MailServer mail = new(_certificates.Server(), offers: false);
        using ScriptedServer server = new(mail.ServeAsync);
        EndpointReport report = await CheckAsync(server, StartTlsProtocol.Smtp, CheckParts.All);
        Assert.Equal(Outcome.Plaintext, report.Outcome);
        Assert.Equal(["starttls.not-offered"], report.Ids());
        Assert.False(report.Meets(Profile.Intermediate));
        Assert.Equal(1, new CheckReport(1, Profile.Intermediate, [report]).ExitCode());
        Assert.Equal(1, report.Connections);
    }

    [Theory]
    [InlineData("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>", "Yes")]
    [InlineData("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "No")]
    public async Task An_xmpp_server_is_checked_behind_starttls(string feature, string required)
    {
        using ScriptedServer server = Xmpp(feature, _certificates.Server());
        EndpointReport report = await CheckAsync(server, StartTlsProtocol.Xmpp, CheckParts.Certificate);
        Assert.Equal(Outcome.Checked, report.Outcome);
        Assert.Equal(Enum.Parse<Answer>(required), report.StartTlsRequired);
        Assert.Equal(required == "No", report.Ids().Contains("starttls.optional"));
        Assert.Equal(Answer.Yes, report.Chains[0].SignatureVerified);
    }

    [Fact]
    public async Task Starttls_stripped_from_xmpp_is_a_finding_and_never_fine()
    {
        using ScriptedServer server = Xmpp("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>", _certificates.Server());
        EndpointReport report = await CheckAsync(server, StartTlsProtocol.Xmpp, CheckParts.All);
        Assert.Equal(Outcome.Plaintext, report.Outcome);
        Assert.Equal(["starttls.not-offered"], report.Ids());
        Assert.False(report.Meets(Profile.Modern));
    }

    [Theory]
    [InlineData("221 no\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    public async Task A_server_that_does_not_speak_the_protocol_is_never_fine(string said)
    {
        using ScriptedServer server = new(async (stream, stop) => await stream.WriteAsync(Encoding.ASCII.GetBytes(said), stop));
        EndpointReport report = await CheckAsync(server, StartTlsProtocol.Smtp, CheckParts.All);
        Assert.NotEqual(Outcome.Checked, report.Outcome);
        Assert.NotEqual(0, new CheckReport(1, Profile.Intermediate, [report]).ExitCode());
    }

    [Fact]
    public async Task Plain_text_behind_the_consent_is_a_finding()
    {
        using ScriptedServer server = new(async (stream, stop) =>
        {
            await stream.WriteAsync("220 mail\r\n"u8.ToArray(), stop);
            await HearAsync(stream, stop);
            await stream.WriteAsync("250 STARTTLS\r\n"u8.ToArray(), stop);
            await HearAsync(stream, stop);
            await stream.WriteAsync("220 go\r\n250 injected\r\n"u8.ToArray(), stop);
            await using SslStream tls = new(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificates.Server() }, stop);
            await HearAsync(tls, stop);
        });
        EndpointReport report = await CheckAsync(server, StartTlsProtocol.Smtp, CheckParts.Versions);
        Assert.Contains("starttls.trailing-plaintext", report.Ids());
    }

    public void Dispose() => _certificates.Dispose();

    // What the check says, in one piece; that it goes away ends the script.
    private static async Task HearAsync(Stream stream, CancellationToken stop)
    {
        if (await stream.ReadAsync(new byte[4096], stop) == 0)
        {
            throw new IOException("closed");
        }
    }

    private static ScriptedServer Xmpp(string features, X509Certificate2 certificate) => new(async (stream, stop) =>
    {
        await HearAsync(stream, stop);
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"<?xml version='1.0'?><stream:stream from='localhost' id='1' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>{features}</stream:features>"), stop);
        if (!features.Contains("starttls", StringComparison.Ordinal))
        {
            return;
        }

        await HearAsync(stream, stop);
        await stream.WriteAsync("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"u8.ToArray(), stop);
        await using SslStream tls = new(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
        await HearAsync(tls, stop);
    });

    private Task<EndpointReport> CheckAsync(ScriptedServer server, StartTlsProtocol protocol, CheckParts parts) =>
        Checking.RunAsync(server.Target, Checking.Options(_certificates) with { StartTls = protocol, Parts = parts });
}
