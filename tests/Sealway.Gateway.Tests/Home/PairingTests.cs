namespace Sealway.Gateway.Tests.Home;

using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Links;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class PairingTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private TestHome _home = null!;
    private HomeLabels _labels = null!;
    private PairingDesk _desk = null!;
    private int _published;

    public async ValueTask InitializeAsync()
    {
        _home = await TestHome.CreateAsync(_time);
        HomeOptions options = new()
        {
            Identity = _home.Gateway,
            FleetFolder = _home.FleetFolder,
            DataFolder = _home.File("data"),
            CloudHttps = HostPort.Parse("cloud.example:8443"),
            Pairing = HostPort.Parse("127.0.0.1:0"),
        };
        Directory.CreateDirectory(options.DataFolder);
        _labels = new HomeLabels(options.DataFolder, options.Labels);
        _desk = new PairingDesk(
            options,
            _home.Authority,
            _labels,
            () => new LogId(TestHome.GatewayName, 0),
            _ =>
            {
                _published++;
                return Task.CompletedTask;
            },
            _time,
            NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task A_code_reads_as_it_is_shown()
    {
        PairingCode code = await _desk.OpenAsync(null, Patience.Soon);
        Assert.Matches("^sealway-pair:127\\.0\\.0\\.1:[0-9]+:[0-9a-f]{64}:[0-9a-f]{32}$", code.Show());
        Assert.DoesNotContain(Convert.ToHexStringLower(code.Secret.Span), code.ToString(), StringComparison.Ordinal);
        Assert.True(PairingCode.TryParse(code.Show(), out PairingCode? read));
        Assert.Equal((code.Address, code.Show()), (read.Address, read.Show()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sealway-pair:")]
    [InlineData("sealway-pair:127.0.0.1:1:00:00")]
    [InlineData("other:127.0.0.1:1:0000000000000000000000000000000000000000000000000000000000000000:00000000000000000000000000000000")]
    [InlineData("sealway-pair:127.0.0.1:0:0000000000000000000000000000000000000000000000000000000000000000:00000000000000000000000000000000")]
    [InlineData("sealway-pair:127.0.0.1:x:0000000000000000000000000000000000000000000000000000000000000000:00000000000000000000000000000000")]
    [InlineData("sealway-pair:127.0.0.1:1:000000000000000000000000000000000000000000000000000000000000000g:00000000000000000000000000000000")]
    public void What_is_no_code_is_refused(string text) => Assert.False(PairingCode.TryParse(text, out _));

    [Fact]
    public async Task An_app_with_the_code_is_enrolled_and_told_everything()
    {
        PairingCode code = await _desk.OpenAsync(null, Patience.Soon);
        TestMember anna = _home.Keys();
        (HttpStatusCode status, byte[] body) = await AskAsync(code, Request(anna, code));
        Assert.Equal(HttpStatusCode.OK, status);
        PairingAnswer answer = PairingJson.Read<PairingAnswer>(body);
        Assert.True(answer.Owner);
        Assert.Equal(("home/0", "house-7f/0", "cloud.example:8443", "home", "house-7f"), (answer.Log, answer.Registry, answer.CloudHttps, answer.GatewayName, answer.Fleet));
        Assert.Equal(anna.Kid, _home.Authority.Current.FindByName(answer.Name, Role.App)!.Kid);
        Assert.Equal("Anna's phone", _labels.All[answer.Name]);
        Assert.Equal(1, _published);
    }

    [Fact]
    public async Task A_wrong_code_enrols_nobody_and_a_few_of_them_void_the_code()
    {
        PairingCode code = await _desk.OpenAsync(null, Patience.Soon);
        TestMember anna = _home.Keys();
        ulong size = _home.Authority.Current.Size;
        for (int i = 0; i < PairingDesk.MostAttempts; i++)
        {
            (HttpStatusCode status, byte[] body) = await AskAsync(code, Request(anna, code) with { Secret = new string('0', 32) });
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.StartsWith(nameof(LinkRefusal.Forbidden), System.Text.Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        }

        (HttpStatusCode voided, byte[] said) = await AskAsync(code, Request(anna, code));
        Assert.Equal(HttpStatusCode.Forbidden, voided);
        Assert.StartsWith(nameof(LinkRefusal.Expired), System.Text.Encoding.UTF8.GetString(said), StringComparison.Ordinal);
        Assert.Equal(size, _home.Authority.Current.Size);
    }

    [Fact]
    public async Task A_code_is_used_once()
    {
        PairingCode code = await _desk.OpenAsync(null, Patience.Soon);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(code, Request(_home.Keys(), code))).Status);
        ulong size = _home.Authority.Current.Size;
        await NobodyAnswersAsync(code);
        Assert.Equal(size, _home.Authority.Current.Size);
    }

    [Fact]
    public async Task Two_apps_at_once_cannot_both_use_a_code()
    {
        PairingCode code = await _desk.OpenAsync(null, Patience.Soon);
        Task<HttpStatusCode>[] attempts = [.. Enumerable.Range(0, 4).Select(_ => TryAsync(code, Request(_home.Keys(), code)))];
        HttpStatusCode[] statuses = await Task.WhenAll(attempts);
        Assert.Single(statuses, HttpStatusCode.OK);
        Assert.Single(Members.Of(_home.Authority.Current));
    }

    [Fact]
    public async Task A_code_ends_after_ten_minutes()
    {
        PairingCode code = await _desk.OpenAsync(null, Patience.Soon);
        _time.Advance(TimeSpan.FromMinutes(10));
        await NobodyAnswersAsync(code);
        Assert.Empty(Members.Of(_home.Authority.Current));
    }

    [Fact]
    public async Task A_new_code_voids_the_one_before()
    {
        PairingCode first = await _desk.OpenAsync(null, Patience.Soon);
        PairingCode second = await _desk.OpenAsync("Kitchen tablet", Patience.Soon);
        Assert.NotEqual(first.Show(), second.Show());
        await NobodyAnswersAsync(first);
        (HttpStatusCode status, byte[] body) = await AskAsync(second, Request(_home.Keys(), second));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Kitchen tablet", _labels.All[PairingJson.Read<PairingAnswer>(body).Name]);
    }

    [Fact]
    public async Task What_is_no_request_is_refused_and_spends_no_code()
    {
        PairingCode code = await _desk.OpenAsync(null, Patience.Soon);
        PairingRequest good = Request(_home.Keys(), code);
        PairingRequest[] bad =
        [
            good with { SigningKey = "00" },
            good with { SigningKey = "xyz" },
            good with { AgreementKey = good.SigningKey },
            good with { SigningKey = good.AgreementKey },
            good with { Label = new string('x', 65) },
            good with { Label = "a\nb" },
        ];
        foreach (PairingRequest request in bad)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(code, request)).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(code, good)).Status);
    }

    [Fact]
    public async Task Nothing_below_tls_13_is_spoken()
    {
        PairingCode code = await _desk.OpenAsync(null, Patience.Soon);
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(code, Request(_home.Keys(), code), SslProtocols.Tls12));
    }

    private static PairingRequest Request(TestMember member, PairingCode code) => new(
        Convert.ToHexStringLower(code.Secret.Span),
        Convert.ToHexStringLower(member.Signing.PublicKey.ToCoseKey()),
        Convert.ToHexStringLower(member.Agreement.PublicKey.ToCoseKey()),
        member.CertificateRequest,
        "Anna's phone");

    private static async Task<HttpStatusCode> TryAsync(PairingCode code, PairingRequest request)
    {
        try
        {
            return (await AskAsync(code, request)).Status;
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            // Nobody is there, or goes in the middle of the handshake or of the answer: each shows in its own way.
            return HttpStatusCode.Gone;
        }
    }

    // The listener ends beside what it still answers: then it refuses, and at last nobody is there.
    private async Task NobodyAnswersAsync(PairingCode code)
    {
        using CancellationTokenSource end = new(Patience.Time);
        while (true)
        {
            end.Token.ThrowIfCancellationRequested();
            HttpStatusCode status = await TryAsync(code, Request(_home.Keys(), code));
            if (status == HttpStatusCode.Gone)
            {
                return;
            }

            Assert.Equal(HttpStatusCode.Forbidden, status);
        }
    }

    private static async Task<(HttpStatusCode Status, byte[] Body)> AskAsync(PairingCode code, PairingRequest request, SslProtocols protocols = SslProtocols.Tls13)
    {
        using SocketsHttpHandler handler = new()
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = protocols,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    SHA256.HashData(((X509Certificate2)certificate!).PublicKey.ExportSubjectPublicKeyInfo()).AsSpan().SequenceEqual(code.KeyHash.Span),
            },
        };
        using HttpClient http = new(handler);
        using ByteArrayContent content = new(PairingJson.Write(request)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using HttpResponseMessage response = await http.PostAsync(new Uri($"https://{code.Address}/pair"), content, Patience.Soon);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(Patience.Soon));
    }
}
