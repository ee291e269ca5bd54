namespace Sealway.App.Tests.Homes;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Sealway.Testing;

/// <summary>A home's fleet with real keys in a folder: authority, gateway, cloud, and whoever a test enrols.</summary>
public sealed class Household : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _made = [];

    private Household(Authority authority, string fleet) => (Authority, Fleet) = (authority, fleet);

    public const string GatewayName = "home";

    public Authority Authority { get; private set; }

    public string Fleet { get; }

    public RegistryView Registry => Authority.Registry;

    public LogId Log { get; } = new(GatewayName, 0);

    public Identity Gateway { get; private set; } = null!;

    public Identity Cloud { get; private set; } = null!;

    public static async Task<Household> FoundAsync(CancellationToken ct)
    {
        TemporaryFolder place = new();
        string fleet = place.File("fleet");
        Household home = new(await Authority.InitAsync("house", fleet, default, TimeProvider.System, ct), fleet);
        home._made.Add(place);
        home.Gateway = await home.EnrolAsync(Role.Gateway, GatewayName, ct);
        home.Cloud = await home.EnrolAsync(Role.Cloud, "cloud", ct);
        return home;
    }

    public string File(string name) => _folder.File(name);

    public async Task<Identity> EnrolAsync(Role role, string name, CancellationToken ct)
    {
        await Authority.EnrolAsync(new NewParty(role, name), _folder.File(name), default, ct);
        Identity identity = Identity.Load(_folder.File(name));
        _made.Add(identity);
        return identity;
    }

    public async Task<SampleSensor> SensorAsync(string name, string subject, CancellationToken ct)
    {
        Identity identity = await EnrolAsync(Role.Sensor, name, ct);
        await Authority.AssignAsync(new Assignment(identity.Kid, GatewayName, subject, 0), ct);
        return new SampleSensor(identity.Signing);
    }

    public Task<RegistryView> RemoveAsync(Identity app, CancellationToken ct) =>
        Authority.RevokeAsync(new Revocation(app.Kid, Now, "moved out"), ct);

    public AppFile Member(HostPort cloud, bool isOwner = false) => new(Log, new LogId("house", 0), cloud, GatewayName, isOwner);

    public static ulong Now => (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask DisposeAsync()
    {
        await Authority.DisposeAsync();
        foreach (IDisposable made in Enumerable.Reverse(_made))
        {
            made.Dispose();
        }

        _folder.Dispose();
    }
}
