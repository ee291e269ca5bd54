namespace Sealway.Cli.Demo.Attacks;

using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// What is there to attack, and what an attacker may have got hold of: the demo's running parts, every key on this machine, and new
/// parties of the hospital, enrolled by its authority as any other. Whatever an attack starts ends with the scene.
/// </summary>
internal sealed class AttackScene : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyList<Part> _parts;
    private readonly List<Part> _started = [];
    private readonly SemaphoreSlim _authority = new(1, 1);

    public AttackScene(DemoFolders folders, DemoPorts ports, DemoPlan plan, IReadOnlyList<Part> parts, string homeFleet)
    {
        Folders = folders;
        Ports = ports;
        Plan = plan;
        HomeFleet = homeFleet;
        _parts = parts;
    }

    /// <summary>Where everything lies.</summary>
    public DemoFolders Folders { get; }

    /// <summary>Where everything listens.</summary>
    public DemoPorts Ports { get; }

    /// <summary>Who measures what.</summary>
    public DemoPlan Plan { get; }

    /// <summary>The home fleet's name, under which the cloud's health reports on it.</summary>
    public string HomeFleet { get; }

    public Part Cloud => Of("cloud");

    public Part Registrar => Of("registrar");

    public Part Ward => Of("ward-gateway");

    public Part Home => Of("home-gateway");

    public Part Archive => Of("archive");

    public Part Anna => Of("app-anna");

    /// <summary>The member who was removed half-way.</summary>
    public Part Ben => Of("app-ben");

    /// <summary>The ward gateway's plaintext socket: a link that anybody near can hear and change, as cheap radio is.</summary>
    public string WardSocket => DemoConfigurations.WardSocket(Folders);

    /// <summary>The alerts that the archive's own channel delivered, a JSON object a line.</summary>
    public string ArchiveAlerts => DemoConfigurations.AlertsFile(Folders);

    /// <summary>A part of the peaceful run.</summary>
    public Part Of(string name) => _parts.First(part => part.Name == name);

    /// <summary>A party's keys, as a thief has them.</summary>
    /// <param name="hospital">Of the hospital's fleet, or the home's.</param>
    /// <param name="party">Its name.</param>
    public Identity Steal(bool hospital, string party) => Identity.Load(Folders.Keys(hospital, party));

    /// <summary>The hospital's authority enrols a new party; returns once the cloud knows it.</summary>
    public async Task<Party> EnrolAsync(Role role, string name, CancellationToken stop)
    {
        bool server = role is Role.Gateway or Role.Cloud;
        NewParty party = new(role, name, Hosts: server ? ["localhost"] : null, Addresses: server ? [IPAddress.Loopback] : null);
        return await WithAuthorityAsync(authority => authority.EnrolAsync(party, Folders.Keys(true, name), default, stop), stop).ConfigureAwait(false);
    }

    /// <summary>The hospital's authority enrols a sensor and assigns it to a gateway, with the hospital's archive.</summary>
    public async Task<Party> EnrolSensorAsync(string name, string gateway, CancellationToken stop)
    {
        using Identity archive = Steal(true, DemoFleets.Archive);
        return await WithAuthorityAsync(
            async authority =>
            {
                Party party = await authority.EnrolAsync(new NewParty(Role.Sensor, name), Folders.Keys(true, name), default, stop).ConfigureAwait(false);
                ulong now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                await authority.AssignAsync(new Assignment(party.Kid, gateway, $"patient-of-{name}", now, archive.Kid), stop).ConfigureAwait(false);
                return party;
            },
            stop).ConfigureAwait(false);
    }

    /// <summary>The hospital's authority acts; returns once the cloud has what it stated.</summary>
    public async Task<T> WithAuthorityAsync<T>(Func<Authority, Task<T>> act, CancellationToken stop)
    {
        await _authority.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            Authority authority = await Authority.OpenAsync(Folders.HospitalFleet, default, TimeProvider.System, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                T result = await act(authority).ConfigureAwait(false);
                long size = (long)authority.Registry.Size;
                await Cloud.Until($"registry {size}", health => ((JsonElement?)health).Count($"{DemoFleets.Hospital}.registrySize") >= size, Patience, stop).ConfigureAwait(false);
                return result;
            }
        }
        finally
        {
            _authority.Release();
        }
    }

    /// <summary>Waits until a part knows as much of the hospital's registry as the cloud does.</summary>
    public async Task RegistryAtAsync(Part part, CancellationToken stop)
    {
        long size = (await Cloud.Health(stop).ConfigureAwait(false)).Count($"{DemoFleets.Hospital}.registrySize");
        await part.Until($"registry {size}", health => ((JsonElement?)health).Count("registrySize") >= size, Patience, stop).ConfigureAwait(false);
    }

    /// <summary>Starts a role as a process of its own, and waits for its health endpoint.</summary>
    /// <param name="role">The command.</param>
    /// <param name="name">The part's name, new.</param>
    /// <param name="configuration">Its configuration; where health answers is added.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="environment">Variables to add.</param>
    public async Task<Part> StartAsync(string role, string name, JsonObject configuration, CancellationToken stop, IReadOnlyDictionary<string, string>? environment = null)
    {
        DemoConfigurations.Write(Folders, name, configuration);
        return await RestartAsync(role, name, stop, environment).ConfigureAwait(false);
    }

    /// <summary>Starts a role again with the configuration that it had.</summary>
    public async Task<Part> RestartAsync(string role, string name, CancellationToken stop, IReadOnlyDictionary<string, string>? environment = null)
    {
        File.Delete(Path.Combine(Folders.Parts, $"{name}.port"));
        File.Delete(Path.Combine(Folders.Parts, $"{name}.last.json"));
        Part part = Part.Role(role, name, Folders.Parts, environment);
        lock (_started)
        {
            _started.Add(part);
        }

        await part.Ready(stop).ConfigureAwait(false);
        return part;
    }

    /// <summary>Runs a command of sealway to its end.</summary>
    public Task<(int Code, string Output)> CommandAsync(string name, CancellationToken stop, params string[] arguments) =>
        Part.Ending(name, Folders.Parts, Patience, arguments, stop);

    /// <summary>An honest gateway of the hospital with a plaintext socket for its sensors.</summary>
    /// <param name="name">Its enrolled name; its part's name, too.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="more">Further keys of its configuration.</param>
    public async Task<Part> StartGatewayAsync(string name, CancellationToken stop, JsonObject? more = null)
    {
        await EnrolAsync(Role.Gateway, name, stop).ConfigureAwait(false);
        JsonObject configuration = more ?? [];
        configuration["identity"] = Folders.Keys(true, name);
        configuration["data"] = Folders.DataOf(name);
        configuration["cloud"] = Local(Ports.HospitalMqtt);
        configuration["sensors"] = new JsonObject { ["plaintextSockets"] = new JsonArray(SocketOf(name)) };
        return await SigningAsync(await StartAsync("gateway", name, configuration, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
    }

    /// <summary>Starts such a gateway again.</summary>
    public async Task<Part> RestartGatewayAsync(string name, CancellationToken stop, IReadOnlyDictionary<string, string>? environment = null) =>
        await SigningAsync(await RestartAsync("gateway", name, stop, environment).ConfigureAwait(false), stop).ConfigureAwait(false);

    /// <summary>Where a gateway of <see cref="StartGatewayAsync"/> takes sensors.</summary>
    public string SocketOf(string gateway) => Path.Combine(Folders.Parts, $"{gateway}.sock");

    /// <summary>An honest sensor as a process of its own, over a socket, with generated values.</summary>
    public Task<Part> StartSensorAsync(string name, string socket, double speed, CancellationToken stop, int seed = 7) => StartAsync(
        "sensor",
        name,
        new JsonObject
        {
            ["stopWithin"] = "2s",
            ["sensors"] = new JsonArray(new JsonObject
            {
                ["identity"] = Folders.Keys(true, name),
                ["socket"] = socket,
                ["generate"] = "vitals",
                ["seed"] = seed,
                ["speed"] = speed,
            }),
        },
        stop);

    /// <summary>An honest archive that nobody has told anything yet, following the hospital's logs from wherever it is pointed.</summary>
    /// <param name="name">Its part's name, new; its data folder is new, too.</param>
    /// <param name="cloudPort">Where it believes the cloud to be.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="more">Further keys of its configuration.</param>
    /// <param name="keys">Whose keys it has.</param>
    public Task<Part> StartArchiveAsync(string name, int cloudPort, CancellationToken stop, JsonObject? more = null, string keys = "witness")
    {
        JsonObject configuration = more ?? [];
        configuration["identity"] = Folders.Keys(true, keys);
        configuration["data"] = Folders.DataOf(name);
        configuration["cloud"] = Local(cloudPort);
        configuration["alert"] = new JsonObject { ["command"] = DemoConfigurations.AlertCommand(AlertsOf(name)) };
        return StartAsync("archive", name, configuration, stop);
    }

    /// <summary>The alerts that such an archive delivered.</summary>
    public string AlertsOf(string archive) => Path.Combine(Folders.Parts, $"{archive}.alerts");

    /// <summary>An address on this machine.</summary>
    public static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static async Task<Part> SigningAsync(Part gateway, CancellationToken stop)
    {
        await gateway.Until("it to sign its log", health => ((JsonElement?)health).Flag("signs"), Patience, stop).ConfigureAwait(false);
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Part part in Enumerable.Reverse(_started))
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }

        _authority.Dispose();
    }
}
