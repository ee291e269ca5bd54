namespace Sealway.Transport.Tests;

using System.Diagnostics;
using System.Globalization;

/// <summary><c>gnutls-serv</c>: has RC4 and Triple DES, which the system's OpenSSL was built without. It knows no address to listen on, only a port.</summary>
/// <param name="name">Its name.</param>
/// <param name="about">How it is set.</param>
/// <param name="truth">What must be found.</param>
/// <param name="certificate">What it shows.</param>
/// <param name="priority">Its priority string.</param>
internal sealed class GnuTlsServer(string name, string about, ZooTruth truth, CertificateKind certificate, string priority) : ZooServer(name, about, truth)
{
    /// <inheritdoc/>
    public override async Task<RunningServer> StartAsync(ZooGround ground, CancellationToken cancellation) =>
        await ServerProcess.StartAsync(
            port => new ProcessStartInfo(
                SystemProgram.Find("gnutls-serv"),
                [
                    "--port", port.ToString(CultureInfo.InvariantCulture), "--http", "--quiet", "--disable-client-cert", "--priority", priority,
                    "--x509certfile", ground.Certificates.ChainFile(certificate), "--x509keyfile", ground.Certificates.KeyFile(certificate),
                ])
            {
                WorkingDirectory = ground.FolderOf(Name),
            },
            cancellation).ConfigureAwait(false);
}
