namespace Sealway.Transport.Tests;

using Sealway.Testing;
using Xunit;

/// <summary>The zoo runs, and the three tools look at each server, one after the other; at several servers at a time.</summary>
public sealed class ZooWatch : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Task<Sighting>> _sightings = [];

    /// <summary>What the tools say of a server, when they are done.</summary>
    internal Task<Sighting> Of(string server) => _sightings[server];

    /// <summary>Of all of them, in the zoo's order.</summary>
    internal async Task<IReadOnlyList<Sighting>> All() => await Task.WhenAll(ZooServers.All.Select(server => _sightings[server.Name])).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask InitializeAsync()
    {
        ZooGround ground = new(_folder.Path, ZooCertificates.Make(_folder.Path));
        foreach (ZooServer server in ZooServers.All)
        {
            _sightings[server.Name] = Task.Run(() => LookAsync(server, ground, _stop.Token));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);

        // Each ends its server, however it ended itself; a failure is told by the tests that ask for it.
        await Task.WhenAll(_sightings.Values.Select(Task (sighting) => sighting)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _folder.Dispose();
    }

    private static async Task<Sighting> LookAsync(ZooServer server, ZooGround ground, CancellationToken cancellation)
    {
        RunningServer running = await server.StartAsync(ground, cancellation).ConfigureAwait(false);
        await using (running.ConfigureAwait(false))
        {
            WitnessTarget target = new(server.Name, running.Port, ground.Certificates.AuthorityFile, server.StartTls);

            // A tool that never comes to an end where there is no TLS has nothing to tell; ours has to end by itself.
            TimeSpan? patience = server.Truth.Defects.Contains(Defect.NoTls) ? WitnessTurn.ShortPatience : null;
            SealwayCheckReport? sealway = await SealwayCheck.RunAsync(target, ground.Folder, cancellation).ConfigureAwait(false);
            SslScanReport? sslScan = await SslScan.RunAsync(target, ground.Folder, cancellation, patience).ConfigureAwait(false);
            TestSslReport? testSsl = await TestSsl.RunAsync(target, TestSsl.Suites, ground.Folder, cancellation, patience).ConfigureAwait(false);
            running.RequireRunning();
            return new Sighting(server, sealway, testSsl, sslScan);
        }
    }
}
