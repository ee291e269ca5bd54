namespace Sealway.Gateway.Tests;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Sealway.Testing;

/// <summary>A fleet with real keys in a temporary folder: a cloud, a gateway, an archive, and sensors as they are asked for.</summary>
internal sealed class TestFleet : IAsyncDisposable
{
    internal const string GatewayName = "ward-3";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Identity> _identities = [];

    private TestFleet(TimeProvider time) => Time = time;

    internal TimeProvider Time { get; }

    internal Authority Authority { get; private set; } = null!;

    internal Identity Gateway => _identities[GatewayName];

    internal Identity Cloud => _identities["cloud"];

    internal Identity Archive => _identities["archive"];

    internal static async Task<TestFleet> CreateAsync(TimeProvider? time = null)
    {
        TestFleet fleet = new(time ?? TimeProvider.System);
        fleet.Authority = await Authority.InitAsync("hospital", fleet._folder.File("fleet"), default, fleet.Time);
        await fleet.EnrolAsync(Role.Cloud, "cloud");
        await fleet.EnrolAsync(Role.Gateway, GatewayName);
        await fleet.EnrolAsync(Role.Archive, "archive");
        return fleet;
    }

    internal async Task<Identity> EnrolAsync(Role role, string name)
    {
        string folder = _folder.File(name);
        await Authority.EnrolAsync(new NewParty(role, name), folder);
        return _identities[name] = Identity.Load(folder);
    }

    /// <summary>Gives a party new keys, which the old ones name.</summary>
    internal async Task<Identity> RekeyAsync(string name, LastThatCounts? last = null)
    {
        string folder = _folder.File($"{name}.new");
        using Identity old = _identities[name];
        await Authority.RekeyAsync(old, folder, last: last);
        return _identities[name] = Identity.Load(folder);
    }

    /// <summary>A sensor that is enrolled and assigned to the gateway.</summary>
    internal async Task<Identity> SensorAsync(string name, string gateway = GatewayName)
    {
        Identity sensor = await EnrolAsync(Role.Sensor, name);
        await Authority.AssignAsync(new Assignment(sensor.Kid, gateway, "patient-" + name, 0));
        return sensor;
    }

    internal Task RevokeAsync(Identity party) => Authority.RevokeAsync(new Revocation(party.Kid, 0, "lost"));

    internal string Folder(string name) => _folder.File(name);

    /// <summary>The policy of a party that asks nobody about its peers.</summary>
    internal TlsPolicy Policy(Identity identity) => new(
        TlsIdentity.From(new(identity.Certificate), [new(identity.Ca)]), _ => null, Time);

    public async ValueTask DisposeAsync()
    {
        await Authority.DisposeAsync();
        foreach (Identity identity in _identities.Values)
        {
            identity.Dispose();
        }

        _folder.Dispose();
    }
}
