namespace Sealway.Transport.Tests;

using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>
/// Every listener of Sealway, in processes of their own with configurations as an operator writes them, and what the tools say of each. The hospital's fleet
/// keeps to the modern profile; the home's listeners are set to the intermediate one, but for pairing, which is never set.
/// </summary>
public sealed class ListenerFleet : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ServerProcess> _processes = [];
    private readonly Dictionary<string, Task<ListenerReport>> _reports = [];
    private readonly Dictionary<string, string> _addresses = [];

    /// <summary>The listeners by name.</summary>
    internal static IReadOnlyDictionary<string, Listener> All { get; } = new Listener[]
    {
        new("cloud-mqtt", TlsProfile.Modern),
        new("cloud-https", TlsProfile.Modern),
        new("gateway-sensors", TlsProfile.Modern),
        new("gateway-pairing", TlsProfile.Modern),
        new("fleet-serve", TlsProfile.Modern),
        new("cloud-mqtt-intermediate", TlsProfile.Intermediate),
        new("cloud-https-intermediate", TlsProfile.Intermediate),
        new("gateway-sensors-intermediate", TlsProfile.Intermediate),
    }.ToDictionary(listener => listener.Name);

    /// <summary>What the tools found, when they are done.</summary>
    internal Task<ListenerReport> ReportOn(string listener) => _reports[listener];

    /// <summary>Where it listens.</summary>
    internal string AddressOf(string listener) => _addresses[listener];

    /// <summary>The folder with the keys of a party of the home's fleet, once the cloud knows it.</summary>
    internal string KeysOf(string party) => _folder.File(party);

    /// <summary>Fails if a part has ended by itself.</summary>
    internal void RequireRunning() => _processes.ForEach(process => process.RequireRunning());

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await MakeFleet("hospital", "ward-3").ConfigureAwait(false);
        await MakeFleet("home", "hall").ConfigureAwait(false);
        JsonObject intermediate = new() { ["profile"] = "intermediate" };

        ServerProcess cloud = await Start(4, ["cloud"], ports => new JsonObject
        {
            ["fleets"] = new JsonArray(
                new JsonObject { ["identity"] = "hospital-cloud", ["data"] = "hospital-cloud-data", ["mqtt"] = Local(ports[0]), ["https"] = Local(ports[1]) },
                new JsonObject
                {
                    ["identity"] = "home-cloud",
                    ["data"] = "home-cloud-data",
                    ["mqtt"] = Local(ports[2]),
                    ["https"] = Local(ports[3]),
                    ["mqttTls"] = intermediate.DeepClone(),
                    ["httpsTls"] = intermediate.DeepClone(),
                }),
        }).ConfigureAwait(false);
        Watch("cloud-mqtt", cloud.Ports[0], Authority("hospital"));
        Watch("cloud-https", cloud.Ports[1], Authority("hospital"));
        Watch("cloud-mqtt-intermediate", cloud.Ports[2], Authority("home"));
        Watch("cloud-https-intermediate", cloud.Ports[3], Authority("home"));

        ServerProcess ward = await Start(1, ["gateway"], ports => new JsonObject
        {
            ["identity"] = "ward-3",
            ["data"] = "ward-3-data",
            ["cloud"] = Local(cloud.Ports[0]),
            ["sensors"] = new JsonObject { ["listen"] = new JsonArray(Local(ports[0])) },
        }).ConfigureAwait(false);
        Watch("gateway-sensors", ward.Port, Authority("hospital"));

        ServerProcess serve = await Start(1, ["fleet", "serve"], ports => new JsonObject { ["fleet"] = "hospital", ["listen"] = Local(ports[0]), ["hosts"] = new JsonArray("127.0.0.1") }).ConfigureAwait(false);
        Watch("fleet-serve", serve.Port, Authority("hospital"));

        int pairing = FreePorts.Choose(1)[0];
        ServerProcess hall = await Start(1, ["gateway"], ports => new JsonObject
        {
            ["identity"] = "hall",
            ["data"] = "hall-data",
            ["cloud"] = Local(cloud.Ports[2]),
            ["sensors"] = new JsonObject { ["listen"] = new JsonArray(Local(ports[0])), ["tls"] = intermediate.DeepClone() },
            ["home"] = new JsonObject { ["fleet"] = "home", ["pairing"] = Local(pairing), ["cloudHttps"] = Local(cloud.Ports[3]) },
        }, file: "hall").ConfigureAwait(false);
        Watch("gateway-sensors-intermediate", hall.Port, Authority("home"));

        // The pairing listener is there as long as a code is open, as a person opens one.
        ProcessRun pair = await ProcessRun.Of("dotnet", [Program, "gateway", "pair", "hall.json"], _folder.Path, cancellation: _stop.Token).ConfigureAwait(false);
        Assert.True(pair.Code == 0, pair.Error);
        Watch("gateway-pairing", pairing, Authority("home"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);

        // A failure is told by the test that asks for it.
        await Task.WhenAll(_reports.Values.Select(Task (report) => report)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (ServerProcess process in _processes)
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
        _folder.Dispose();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "sealway.dll");

    private static string Local(int port) => new HostPort("127.0.0.1", port).ToString();

    private string Authority(string fleet) => Path.Combine(_folder.Path, $"{fleet}-cloud", "ca.crt");

    private async Task MakeFleet(string name, string gateway)
    {
        Authority authority = await Fleet.Authority.InitAsync(name, _folder.File(name), default, TimeProvider.System, _stop.Token).ConfigureAwait(false);
        await using (authority.ConfigureAwait(false))
        {
            await authority.EnrolAsync(new NewParty(Role.Cloud, "cloud", Addresses: [IPAddress.Loopback]), _folder.File($"{name}-cloud"), default, _stop.Token).ConfigureAwait(false);
            await authority.EnrolAsync(new NewParty(Role.Gateway, gateway, Addresses: [IPAddress.Loopback]), _folder.File(gateway), default, _stop.Token).ConfigureAwait(false);
            await authority.EnrolAsync(new NewParty(Role.Sensor, $"{gateway}-sensor"), _folder.File($"{gateway}-sensor"), default, _stop.Token).ConfigureAwait(false);
            await authority.EnrolAsync(new NewParty(Role.Archive, $"{gateway}-archive"), _folder.File($"{gateway}-archive"), default, _stop.Token).ConfigureAwait(false);
            await authority.StatusAsync(_stop.Token).ConfigureAwait(false);
        }
    }

    private async Task<ServerProcess> Start(int ports, IReadOnlyList<string> role, Func<IReadOnlyList<int>, JsonObject> configuration, string? file = null)
    {
        ServerProcess process = await ServerProcess.StartAsync(
            ports,
            told =>
            {
                string path = _folder.File($"{file ?? role[^1]}.json");
                File.WriteAllText(path, configuration(told).ToJsonString());
                return new ProcessStartInfo("dotnet", [Program, .. role, path]) { WorkingDirectory = _folder.Path };
            },
            _stop.Token).ConfigureAwait(false);
        _processes.Add(process);
        return process;
    }

    private void Watch(string listener, int port, string authority)
    {
        WitnessTarget target = new(listener, port, authority);
        _addresses[listener] = target.Address;
        _reports[listener] = Task.Run(async () =>
        {
            // The quick one first: the pairing listener closes after ten minutes, and turns may be long in coming on a busy machine.
            SslScanReport? sslScan = await SslScan.RunAsync(target, _folder.Path, _stop.Token).ConfigureAwait(false);
            return new ListenerReport(await TestSsl.RunAsync(target, TestSsl.Everything, _folder.Path, _stop.Token).ConfigureAwait(false), sslScan);
        });
    }
}
