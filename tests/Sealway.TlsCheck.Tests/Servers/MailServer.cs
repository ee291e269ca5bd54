namespace Sealway.TlsCheck.Tests.Servers;

using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

/// <summary>A little SMTP server with real TLS behind STARTTLS.</summary>
/// <param name="certificate">Its certificate.</param>
/// <param name="offers">Whether it offers STARTTLS; without, somebody has stripped it.</param>
/// <param name="keeps">Whether it carries out within TLS what it read before: the mistake of CVE-2011-0411.</param>
internal sealed class MailServer(X509Certificate2 certificate, bool offers = true, bool keeps = false)
{
    public async Task ServeAsync(NetworkStream stream, CancellationToken stop)
    {
        await SayAsync(stream, "220 mail.test ESMTP\r\n", stop);
        string left = string.Empty;
        while (true)
        {
            (string line, left) = await LineAsync(stream, left, stop);
            if (line.StartsWith("EHLO", StringComparison.Ordinal))
            {
                await SayAsync(stream, offers ? "250-mail.test\r\n250-8BITMIME\r\n250 STARTTLS\r\n" : "250-mail.test\r\n250 8BITMIME\r\n", stop);
            }
            else if (line == "STARTTLS" && offers)
            {
                await SayAsync(stream, "220 go ahead\r\n", stop);
                break;
            }
            else
            {
                await SayAsync(stream, "500 what?\r\n", stop);
            }
        }

        await using SslStream tls = new(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
        left = keeps ? left : string.Empty;
        while (true)
        {
            (string line, left) = await LineAsync(tls, left, stop);
            await SayAsync(tls, line == "QUIT" ? "221 bye\r\n" : line == "NOOP" ? "250 ok\r\n" : "500 what?\r\n", stop);
        }
    }

    private static async Task SayAsync(Stream stream, string text, CancellationToken stop) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop);

    private static async Task<(string Line, string Left)> LineAsync(Stream stream, string left, CancellationToken stop)
    {
        byte[] buffer = new byte[1024];
        while (true)
        {
            int end = left.IndexOf("\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                return (left[..end], left[(end + 2)..]);
            }

            int read = await stream.ReadAsync(buffer, stop);
            left += read > 0 ? Encoding.Latin1.GetString(buffer, 0, read) : throw new IOException("closed");
        }
    }
}
