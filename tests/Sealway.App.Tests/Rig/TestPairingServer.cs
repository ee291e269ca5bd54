namespace Sealway.App.Tests;

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sealway.Links;

/// <summary>A gateway's side of pairing, by hand over a real TLS socket: answers what the test says, to one app after the other.</summary>
internal sealed class TestPairingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    internal TestPairingServer(Func<PairingRequest, (int Status, byte[] Body)> answer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=sealway-pairing", key, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _listener.Start();
        _serving = ServeAsync(answer);
    }

    internal byte[] Secret { get; } = RandomNumberGenerator.GetBytes(PairingCode.SecretSize);

    /// <summary>How often somebody got as far as a request.</summary>
    internal int Requests { get; private set; }

    internal PairingCode Code => new(
        new HostPort("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port), SHA256.HashData(_certificate.PublicKey.ExportSubjectPublicKeyInfo()), Secret);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<PairingRequest, (int Status, byte[] Body)> answer)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(client, answer);
            }
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is (OperationCanceledException or SocketException or InvalidOperationException))
        {
        }
    }

    private async Task ServeAsync(TcpClient client, Func<PairingRequest, (int Status, byte[] Body)> answer)
    {
        try
        {
            await using SslStream tls = new(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = SslProtocols.Tls13 }, _stop.Token);
            List<byte> read = [];
            byte[] part = new byte[4_096];
            int head;
            while ((head = Encoding.ASCII.GetString([.. read]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0 || read.Count < head + 4 + Length(read, head))
            {
                int count = await tls.ReadAsync(part, _stop.Token);
                if (count == 0)
                {
                    return;
                }

                read.AddRange(part[..count]);
            }

            Requests++;
            (int status, byte[] body) = answer(PairingJson.Read<PairingRequest>(read.ToArray().AsSpan(head + 4)));
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), _stop.Token);
            await tls.WriteAsync(body, _stop.Token);
            await tls.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The app went away, as it should from a stranger.
        }
    }

    private static int Length(List<byte> read, int head)
    {
        const string Name = "Content-Length: ";
        string headers = Encoding.ASCII.GetString([.. read[..head]]);
        return int.Parse(headers[(headers.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
