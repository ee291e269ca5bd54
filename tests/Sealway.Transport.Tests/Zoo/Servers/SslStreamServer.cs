namespace Sealway.Transport.Tests;

using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

/// <summary>The platform's own TLS server, TLS 1.2 and 1.3; behind a few lines of SMTP or XMPP where it is set so.</summary>
/// <param name="name">Its name.</param>
/// <param name="about">How it is set.</param>
/// <param name="truth">What must be found; its suites are those that are set.</param>
/// <param name="certificate">What it shows.</param>
internal sealed class SslStreamServer(string name, string about, ZooTruth truth, CertificateKind certificate) : ZooServer(name, about, truth)
{
    private const int LineBytes = 4_096;
    private static readonly TlsCipherSuite[] _modern = [TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384];

    /// <inheritdoc/>
    public override Task<RunningServer> StartAsync(ZooGround ground, CancellationToken cancellation)
    {
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(ground.Certificates.ChainFile(certificate));
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(
                X509Certificate2.CreateFromPemFile(ground.Certificates.ChainFile(certificate), ground.Certificates.KeyFile(certificate)), chain, offline: true),
            EnabledSslProtocols = SslProtocols.None,
            CipherSuitesPolicy = new CipherSuitesPolicy([.. _modern, .. Truth.Suites ?? []]),
        };
#pragma warning disable CA5398 // The versions are what this server is about.
        options.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
#pragma warning restore CA5398
        return Task.FromResult<RunningServer>(new ServerLoop((stream, stop) => ServeAsync(stream, options, stop)));
    }

    private async Task ServeAsync(NetworkStream stream, SslServerAuthenticationOptions options, CancellationToken stop)
    {
        Task<bool> plain = StartTls switch
        {
            Transport.Tests.StartTls.Smtp => SmtpAsync(stream, stop),
            Transport.Tests.StartTls.Xmpp => XmppAsync(stream, stop),
            _ => Task.FromResult(true),
        };
        if (!await plain.ConfigureAwait(false))
        {
            return;
        }

        SslStream tls = new(stream);
        await using (tls.ConfigureAwait(false))
        {
            await tls.AuthenticateAsServerAsync(options, stop).ConfigureAwait(false);

            // Whatever is asked: it is read until the other side has seen enough.
            byte[] ignored = new byte[LineBytes];
            while (await tls.ReadAsync(ignored, stop).ConfigureAwait(false) > 0)
            {
            }
        }
    }

    // RFC 5321 and RFC 3207, as much as it takes to come to TLS.
    private static async Task<bool> SmtpAsync(NetworkStream stream, CancellationToken stop)
    {
        await SayAsync(stream, "220 zoo.example ESMTP\r\n", stop).ConfigureAwait(false);
        while (await HearAsync(stream, '\n', stop).ConfigureAwait(false) is { } line)
        {
            string verb = line.Trim().Split(' ')[0].ToUpperInvariant();
            await SayAsync(stream, verb switch
            {
                "EHLO" => "250-zoo.example\r\n250 STARTTLS\r\n",
                "HELO" => "250 zoo.example\r\n",
                "STARTTLS" => "220 ready\r\n",
                "QUIT" => "221 bye\r\n",
                _ => "502 no\r\n",
            }, stop).ConfigureAwait(false);
            if (verb is "STARTTLS" or "QUIT")
            {
                return verb == "STARTTLS";
            }
        }

        return false;
    }

    // RFC 6120 section 5, likewise. What comes in one piece with a tag is dropped, as RFC 3207 has it too: nothing that was said in the open may count later.
    private static async Task<bool> XmppAsync(NetworkStream stream, CancellationToken stop)
    {
        StringBuilder heard = new();
        byte[] piece = new byte[LineBytes];
        while (heard.Length < LineBytes && await stream.ReadAsync(piece, stop).ConfigureAwait(false) is > 0 and int count)
        {
            heard.Append(Encoding.ASCII.GetString(piece, 0, count));
            string tag = heard.ToString();
            if (!tag.TrimEnd().EndsWith('>'))
            {
                continue;
            }

            if (tag.Contains("<starttls", StringComparison.Ordinal))
            {
                await SayAsync(stream, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", stop).ConfigureAwait(false);
                return true;
            }

            if (tag.Contains("<stream:stream", StringComparison.Ordinal))
            {
                heard.Clear();
                await SayAsync(
                    stream,
                    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' from='zoo.example' version='1.0'>"
                    + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
                    stop).ConfigureAwait(false);
            }
        }

        return false;
    }

    private static async Task SayAsync(NetworkStream stream, string text, CancellationToken stop) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop).ConfigureAwait(false);

    // Byte by byte: what follows the end belongs to TLS.
    private static async Task<string?> HearAsync(NetworkStream stream, char end, CancellationToken stop)
    {
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (text.Length < LineBytes && await stream.ReadAsync(one, stop).ConfigureAwait(false) == 1)
        {
            text.Append((char)one[0]);
            if (one[0] == end)
            {
                return text.ToString();
            }
        }

        return null;
    }
}
