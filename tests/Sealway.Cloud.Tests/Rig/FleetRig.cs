namespace Sealway.Cloud.Tests;

using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;

/// <summary>A fleet with real keys and certificates, and its cloud on loopback.</summary>
internal sealed class FleetRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _made = [];
    private readonly List<Identity> _identities = [];
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private RegistryPublisher? _publisher;
    private Identity _cloud = null!;

    private FleetRig()
    {
    }

    public Authority Authority { get; private set; } = null!;

    public Tenant Tenant { get; private set; } = null!;

    public LogId Registry => Authority.Registrar.Log;

    public string FleetFolder => _folder.File("fleet");

    public bool Prune { get; init; }

    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Where the cloud keeps its files: a name in the rig's folder, or a path.</summary>
    public string Data { get; init; } = "data";

    /// <summary>Wraps the cloud's stores by their file's name.</summary>
    public Func<string, ILogStore, ILogStore> StoreOf { get; set; } = (_, store) => store;

    public AlarmRules Rules { get; set; } = AlarmRules.Ward;

    public IReadOnlyDictionary<string, object> Health => Tenant.Health();

    /// <summary>Makes a fleet whose registry is published.</summary>
    public static async Task<FleetRig> OpenAsync(string name = "hospital", bool publish = true, bool prune = false, TimeSpan? silentAfter = null, string? data = null, Func<string, ILogStore, ILogStore>? wrap = null)
    {
        FleetRig rig = new() { Prune = prune, SilentAfter = silentAfter ?? TimeSpan.FromHours(1), Data = data ?? "data", StoreOf = wrap ?? ((_, store) => store) };
        rig.Authority = await Authority.InitAsync(name, rig._folder.File("fleet"), default, TimeProvider.System);
        rig._cloud = await rig.EnrolAsync(Role.Cloud, "cloud");
        await rig.StartAsync();
        if (publish)
        {
            await rig.PublishAsync();
        }

        return rig;
    }

    public async Task<Identity> EnrolAsync(Role role, string name)
    {
        await Authority.EnrolAsync(new NewParty(role, name), _folder.File(name));
        Identity identity = Identity.Load(_folder.File(name));
        _identities.Add(identity);
        return identity;
    }

    /// <summary>Enrols a sensor and assigns it.</summary>
    public async Task<TestSensor> SensorAsync(string name, string gateway, Kid? archive = null)
    {
        Identity identity = await EnrolAsync(Role.Sensor, name);
        await Authority.AssignAsync(new Assignment(identity.Kid, gateway, "patient-" + name, 0, archive));
        return new TestSensor(identity.Signing);
    }

    public IEnumerable<string> DataFiles(string pattern) => Directory.EnumerateFiles(_folder.File(Data), pattern);

    public async Task<TestGateway> GatewayAsync(string name)
    {
        TestGateway gateway = new(await EnrolAsync(Role.Gateway, name), _folder.File($"{name}.db"), () => Authority.Registry.Size);
        _made.Add(gateway);
        return gateway;
    }

    /// <summary>A gateway that has lost its disk, or its mind: the same keys, another store.</summary>
    public TestGateway Twin(TestGateway gateway, ulong generation)
    {
        TestGateway twin = new(gateway.Identity, _folder.File($"{gateway.Identity.Name}-{Guid.NewGuid():N}.db"), () => Authority.Registry.Size, generation);
        _made.Add(twin);
        return twin;
    }

    public async Task<TestFollower> FollowerAsync(Role role, string name)
    {
        Identity identity = await EnrolAsync(role, name);
        await PublishAsync();
        return Follower(identity);
    }

    public TestFollower Follower(Identity identity)
    {
        TestFollower follower = new(identity, Tenant.Https);
        _made.Add(follower);
        return follower;
    }

    /// <summary>Brings the cloud everything that the authority has stated.</summary>
    public async Task PublishAsync()
    {
        _publisher ??= new RegistryPublisher(Authority.Registrar, Tenant.Https, "cloud", TimeProvider.System);
        await Wait.Soon(_publisher.PublishAsync());
    }

    public async Task StartAsync()
    {
        Tenant = await Tenant.OpenAsync(Options(Data), TimeProvider.System, NullLoggerFactory.Instance, (file, store) => StoreOf(file, store), default);
        _stop = new CancellationTokenSource();
        _running = Tenant.RunAsync(_stop.Token);
    }

    public TenantOptions Options(string data)
    {
        HostPort any = new("127.0.0.1", 0);
        return new TenantOptions(_cloud, _folder.File(data), any, any, Rules, Prune, TimeSpan.FromDays(1), SilentAfter);
    }

    public async Task StopAsync()
    {
        _publisher?.Dispose();
        _publisher = null;
        await _stop.CancelAsync();
        await Wait.Soon(_running);
        await Tenant.DisposeAsync();
        _stop.Dispose();
    }

    public ulong Count(string name) => Convert.ToUInt64(Health[name], System.Globalization.CultureInfo.InvariantCulture);

    public ulong Count(string section, string name) => Health[section] switch
    {
        IReadOnlyDictionary<string, object> counts => counts.TryGetValue(name, out object? value) ? Convert.ToUInt64(value, System.Globalization.CultureInfo.InvariantCulture) : 0,
        IReadOnlyDictionary<string, long> counts => (ulong)counts.GetValueOrDefault(name),
        _ => throw new InvalidOperationException(section),
    };

    public Task JudgedAsync(LogId log, ulong size) => Wait.Until(() => Tenant.Watch.ViewOf(log)?.Judged == size);

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable made in _made)
        {
            await made.DisposeAsync();
        }

        await StopAsync();
        await Authority.DisposeAsync();
        _identities.ForEach(identity => identity.Dispose());
        _folder.Dispose();
    }
}
