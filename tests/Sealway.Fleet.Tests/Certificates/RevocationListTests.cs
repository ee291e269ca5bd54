namespace Sealway.Fleet.Tests;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>The CRL as others use it: openssl, nginx and mosquitto, the real ones.</summary>
public sealed class RevocationListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Fleet => _folder.File("fleet");

    [Fact]
    public async Task Openssl_refuses_a_revoked_and_a_replaced_certificate_by_the_list_and_no_other()
    {
        await using (Authority authority = await FoundAsync())
        {
            using Identity good = Identity.Load(_folder.File("good"));
            await authority.RekeyAsync(good, _folder.File("good-next"), ct: Stop);
        }

        Assert.Contains("certificate revoked", (await VerifyAsync("bad")).Error, StringComparison.Ordinal);
        Assert.Contains("certificate revoked", (await VerifyAsync("good")).Error, StringComparison.Ordinal);
        ProcessRun next = await VerifyAsync("good-next");
        Assert.True(next.Code == 0, next.Error);
        ProcessRun other = await VerifyAsync("other");
        Assert.True(other.Code == 0, other.Error);
        ProcessRun text = await ProcessRun.Of("openssl", ["crl", "-in", _folder.File("fleet/crl.pem"), "-noout", "-text"], _folder.Path, cancellation: Stop);
        Assert.Contains("Version 2", text.Output, StringComparison.Ordinal);
        Assert.Contains("Privilege Withdrawn", text.Output, StringComparison.Ordinal);
        Assert.Contains("Superseded", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_rise_and_the_next_list_is_due_in_time()
    {
        await using Authority authority = await FoundAsync();
        string path = _folder.File("fleet/crl.pem");
        CertificateRevocationListBuilder.LoadPem(await File.ReadAllTextAsync(path, Stop), out BigInteger first);
        Assert.Equal(1, authority.WriteRevocationList(TimeSpan.FromDays(2)));
        CertificateRevocationListBuilder.LoadPem(await File.ReadAllTextAsync(path, Stop), out BigInteger second);
        Assert.True(second > first);

        // What counts from tomorrow on is not on it yet, and the next list is due when it will be.
        Party other = authority.Registry.FindByName("other", Role.Sensor)!;
        DateTimeOffset tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        await authority.RevokeAsync(new Revocation(other.Kid, (ulong)tomorrow.ToUnixTimeMilliseconds(), "sold"), Stop);
        Assert.Equal(1, authority.WriteRevocationList());
        ProcessRun due = await ProcessRun.Of("openssl", ["crl", "-in", path, "-noout", "-nextupdate"], _folder.Path, cancellation: Stop);
        Assert.Contains(tomorrow.ToString("MMM", CultureInfo.InvariantCulture) + " " + tomorrow.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + " ", due.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_torn_line_of_the_journal_spoils_no_other()
    {
        await using Authority authority = await FoundAsync();
        string journal = _folder.File("fleet/issued.txt");
        Assert.Equal(5, new IssuedCertificates(journal).Read().Count);
        await File.AppendAllTextAsync(journal, "0123 45", Stop);
        await authority.EnrolAsync(new NewParty(Role.Sensor, "late"), _folder.File("late"), ct: Stop);
        IReadOnlyList<IssuedCertificate> issued = new IssuedCertificates(journal).Read();
        Assert.Equal(6, issued.Count);
        using X509Certificate2 late = X509CertificateLoader.LoadCertificateFromFile(_folder.File("late/tls.crt"));
        Assert.Equal(late.SerialNumber, issued[^1].Serial, ignoreCase: true);
    }

    [Fact]
    public async Task Certificates_name_a_list_only_where_its_URL_is_set()
    {
        await using (Authority authority = await FoundAsync())
        {
        }

        Assert.DoesNotContain("CRL Distribution", await TextAsync("good"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.File("fleet/crl.url"), "http://crl.example/crl.pem\n", Stop);
        await using Authority again = await Authority.OpenAsync(Fleet, default, TimeProvider.System, Stop);
        await again.EnrolAsync(new NewParty(Role.Sensor, "named"), _folder.File("named"), ct: Stop);
        Assert.Contains("URI:http://crl.example/crl.pem", await TextAsync("named"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nginx_refuses_a_revoked_client_by_the_list_and_serves_another()
    {
        await using (Authority authority = await FoundAsync())
        {
        }

        int port = FreePorts.Choose(1)[0];
        await File.WriteAllTextAsync(
            _folder.File("nginx.conf"),
            $$"""
            daemon off; master_process off; pid {{_folder.File("nginx.pid")}}; error_log stderr notice;
            events { worker_connections 64; }
            http {
                access_log off; client_body_temp_path {{_folder.Path}}; proxy_temp_path {{_folder.Path}}; fastcgi_temp_path {{_folder.Path}}; uwsgi_temp_path {{_folder.Path}}; scgi_temp_path {{_folder.Path}};
                server {
                    listen 127.0.0.1:{{port}} ssl; ssl_certificate {{_folder.File("cloud/tls.crt")}}; ssl_certificate_key {{_folder.File("cloud/tls.key")}};
                    ssl_verify_client on; ssl_client_certificate {{_folder.File("fleet/ca.crt")}}; ssl_crl {{_folder.File("fleet/crl.pem")}};
                    location / { return 200 "welcome $ssl_client_s_dn"; }
                }
            }
            """,
            Stop);
        using Process nginx = Start("nginx", "-p", _folder.Path, "-c", _folder.File("nginx.conf"), "-e", "stderr");
        try
        {
            Assert.Contains("welcome CN=good", (await FetchAsync(port, "good")).Output, StringComparison.Ordinal);
            Assert.Contains("The SSL certificate error", (await FetchAsync(port, "bad")).Output, StringComparison.Ordinal);
        }
        finally
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync(Stop);
        }
    }

    [Fact]
    public async Task Mosquitto_refuses_a_revoked_client_by_the_list_and_takes_another()
    {
        await using (Authority authority = await FoundAsync())
        {
        }

        int port = FreePorts.Choose(1)[0];
        await File.WriteAllTextAsync(
            _folder.File("mosquitto.conf"),
            $"""
            listener {port} 127.0.0.1
            cafile {_folder.File("fleet/ca.crt")}
            certfile {_folder.File("cloud/tls.crt")}
            keyfile {_folder.File("cloud/tls.key")}
            crlfile {_folder.File("fleet/crl.pem")}
            require_certificate true
            use_identity_as_username true
            user {Environment.UserName}
            """,
            Stop);
        using Process mosquitto = Start("mosquitto", "-c", _folder.File("mosquitto.conf"));
        try
        {
            while (await mosquitto.StandardError.ReadLineAsync(Stop) is { } line && !line.Contains("running", StringComparison.Ordinal))
            {
            }

            // CONNECT of MQTT 3.1.1, clean session, client id "x", and DISCONNECT; the answer is CONNACK, accepted.
            byte[] connect = [0x10, 13, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 60, 0, 1, (byte)'x', 0xE0, 0];
            ProcessRun good = await ConnectAsync(port, "good", connect);
            Assert.Contains("\u0020\u0002\u0000\u0000", good.Output, StringComparison.Ordinal);
            ProcessRun bad = await ConnectAsync(port, "bad", connect);
            Assert.DoesNotContain("\u0020\u0002\u0000\u0000", bad.Output, StringComparison.Ordinal);
            Assert.Contains("certificate revoked", bad.Error, StringComparison.Ordinal);
        }
        finally
        {
            mosquitto.Kill(entireProcessTree: true);
            await mosquitto.WaitForExitAsync(Stop);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;

    private async Task<Authority> FoundAsync()
    {
        Authority authority = await Authority.InitAsync("st-anna", Fleet, default, TimeProvider.System, Stop);
        await authority.EnrolAsync(new NewParty(Role.Cloud, "cloud"), _folder.File("cloud"), ct: Stop);
        await authority.EnrolAsync(new NewParty(Role.Sensor, "good"), _folder.File("good"), ct: Stop);
        await authority.EnrolAsync(new NewParty(Role.Sensor, "other"), _folder.File("other"), ct: Stop);
        Party bad = await authority.EnrolAsync(new NewParty(Role.Sensor, "bad"), _folder.File("bad"), ct: Stop);
        await authority.RevokeAsync(new Revocation(bad.Kid, (ulong)DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeMilliseconds(), "stolen"), Stop);
        return authority;
    }

    private Task<ProcessRun> VerifyAsync(string party) => ProcessRun.Of(
        "openssl", ["verify", "-crl_check", "-CAfile", _folder.File("fleet/ca.crt"), "-CRLfile", _folder.File("fleet/crl.pem"), _folder.File($"{party}/tls.crt")], _folder.Path, cancellation: Stop);

    private async Task<string> TextAsync(string party) =>
        (await ProcessRun.Of("openssl", ["x509", "-in", _folder.File($"{party}/tls.crt"), "-noout", "-text"], _folder.Path, cancellation: Stop)).Output;

    private Task<ProcessRun> FetchAsync(int port, string party) => ProcessRun.Of(
        "curl",
        ["--silent", "--show-error", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "--cacert", _folder.File("fleet/ca.crt"), "--cert", _folder.File($"{party}/tls.crt"), "--key", _folder.File($"{party}/tls.key"), $"https://127.0.0.1:{port}/"],
        _folder.Path,
        cancellation: Stop);

    private Task<ProcessRun> ConnectAsync(int port, string party, byte[] sent) => ProcessRun.Of(
        "bash",
        ["-c", $"cat | openssl s_client -quiet -connect 127.0.0.1:{port} -CAfile {_folder.File("fleet/ca.crt")} -cert {_folder.File($"{party}/tls.crt")} -key {_folder.File($"{party}/tls.key")}"],
        _folder.Path,
        sent,
        cancellation: Stop);
}
