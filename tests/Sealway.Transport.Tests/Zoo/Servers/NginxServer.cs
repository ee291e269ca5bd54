namespace Sealway.Transport.Tests;

using System.Diagnostics;
using System.Globalization;

/// <summary>nginx, with a configuration and folders of its own; the system's instance is not touched.</summary>
/// <param name="name">Its name.</param>
/// <param name="about">How it is set.</param>
/// <param name="truth">What must be found.</param>
/// <param name="certificate">What it shows.</param>
/// <param name="directives">Its <c>ssl_…</c> directives.</param>
internal sealed class NginxServer(string name, string about, ZooTruth truth, CertificateKind certificate, params string[] directives) : ZooServer(name, about, truth)
{
    /// <inheritdoc/>
    public override async Task<RunningServer> StartAsync(ZooGround ground, CancellationToken cancellation) =>
        await ServerProcess.StartAsync(port => Start(ground, port), cancellation).ConfigureAwait(false);

    private ProcessStartInfo Start(ZooGround ground, int port)
    {
        string folder = ground.FolderOf(Name);
        string file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr;
            events { worker_connections 128; }
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              server {
                listen 127.0.0.1:{{port}} ssl;
                ssl_certificate {{ground.Certificates.ChainFile(certificate)}};
                ssl_certificate_key {{ground.Certificates.KeyFile(certificate)}};
                {{string.Join("\n    ", directives)}}
                location / { return 200 "here\n"; }
              }
            }

            """));
        return new ProcessStartInfo(SystemProgram.Find("nginx"), ["-e", "stderr", "-p", folder, "-c", file]) { WorkingDirectory = folder };
    }
}
