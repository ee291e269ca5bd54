namespace Sealway.Transport.Tests;

using System.Diagnostics;
using System.Globalization;

/// <summary>Mosquitto, with a configuration of its own; the system's instance is not touched.</summary>
/// <param name="name">Its name.</param>
/// <param name="about">How it is set.</param>
/// <param name="truth">What must be found.</param>
/// <param name="certificate">What it shows.</param>
/// <param name="settings">Its settings beyond certificate and key.</param>
internal sealed class MosquittoServer(string name, string about, ZooTruth truth, CertificateKind certificate, params string[] settings) : ZooServer(name, about, truth)
{
    /// <inheritdoc/>
    public override async Task<RunningServer> StartAsync(ZooGround ground, CancellationToken cancellation) =>
        await ServerProcess.StartAsync(port => Start(ground, port), cancellation).ConfigureAwait(false);

    private ProcessStartInfo Start(ZooGround ground, int port)
    {
        string folder = ground.FolderOf(Name);
        string file = Path.Combine(folder, "mosquitto.conf");

        // As root it would change to a user of its own, who cannot read the key.
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            user {Environment.UserName}
            persistence false
            log_dest stderr
            listener {port} 127.0.0.1
            allow_anonymous true
            certfile {ground.Certificates.ChainFile(certificate)}
            keyfile {ground.Certificates.KeyFile(certificate)}
            {string.Join("\n", settings)}

            """));
        return new ProcessStartInfo(SystemProgram.Find("mosquitto"), ["-c", file]) { WorkingDirectory = folder };
    }
}
