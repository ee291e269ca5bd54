namespace Sealway.Gateway.Tests.Home;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Sealway.Testing;

/// <summary>A household with real keys in a temporary folder: its authority, its gateway, one sensor in one room, and members as they are asked for.</summary>
internal sealed class TestHome : IAsyncDisposable
{
    internal const string GatewayName = "home";
    internal const string Room = "r-5c1e";

    private readonly TemporaryFolder _folder = new();
    private readonly List<TestMember> _members = [];

    private TestHome(TimeProvider time) => Time = time;

    internal TimeProvider Time { get; }

    internal HomeAuthority Authority { get; private set; } = null!;

    internal Identity Gateway { get; private set; } = null!;

    internal Identity Sensor { get; private set; } = null!;

    internal Identity Cloud { get; private set; } = null!;

    internal string FleetFolder => _folder.File("fleet");

    internal static async Task<TestHome> CreateAsync(TimeProvider? time = null)
    {
        TestHome home = new(time ?? new ManualTime());
        await using (Authority authority = await Fleet.Authority.InitAsync("house-7f", home.FleetFolder, default, home.Time))
        {
            home.Gateway = await EnrolAsync(authority, home, Role.Gateway, GatewayName);
            home.Cloud = await EnrolAsync(authority, home, Role.Cloud, "cloud");
            home.Sensor = await EnrolAsync(authority, home, Role.Sensor, "s-01");
            await authority.AssignAsync(new Assignment(home.Sensor.Kid, GatewayName, Room, 0));
        }

        home.Authority = await HomeAuthority.OpenAsync(home.FleetFolder, default, home.Time);
        return home;
    }

    /// <summary>A member that is enrolled.</summary>
    internal Task<TestMember> MemberAsync() => EnrolAsync(Authority);

    /// <summary>A member that another keeper of this household's authority enrols.</summary>
    internal async Task<TestMember> EnrolAsync(HomeAuthority authority)
    {
        TestMember member = Keys();
        await authority.EnrolAppAsync(member.Signing.PublicKey, member.Agreement.PublicKey, member.CertificateRequest);
        return member;
    }

    /// <summary>Keys that nobody has enrolled.</summary>
    internal TestMember Keys()
    {
        TestMember member = new();
        _members.Add(member);
        return member;
    }

    /// <summary>The policy of a party that asks nobody about its peers.</summary>
    internal TlsPolicy Policy(Identity identity) => new(TlsIdentity.From(new(identity.Certificate), [new(identity.Ca)]), _ => null, Time);

    internal string File(string name) => _folder.File(name);

    public async ValueTask DisposeAsync()
    {
        await Authority.DisposeAsync();
        Gateway.Dispose();
        Sensor.Dispose();
        Cloud.Dispose();
        _members.ForEach(member => member.Dispose());
        _folder.Dispose();
    }

    private static async Task<Identity> EnrolAsync(Authority authority, TestHome home, Role role, string name)
    {
        await authority.EnrolAsync(new NewParty(role, name), home.File(name));
        return Identity.Load(home.File(name));
    }
}
