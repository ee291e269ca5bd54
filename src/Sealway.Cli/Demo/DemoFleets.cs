namespace Sealway.Cli.Demo;

using System.Net;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// The demo's two fleets. The hospital's authority enrols a gateway, its sensors, the cloud and the archive, and assigns
/// each sensor to a patient's pseudonym. The home's authority lies with its gateway; its names are opaque, since the
/// cloud relays its registry.
/// </summary>
internal static class DemoFleets
{
    public const string Hospital = "st-anna";
    public const string WardGateway = "ward-3";
    public const string Archive = "archive";
    public const string Cloud = "cloud";
    public const string HomeGateway = "home";

    public static async Task MakeHospital(DemoFolders folders, DemoPlan plan, CancellationToken stop)
    {
        Authority authority = await Authority.InitAsync(Hospital, folders.HospitalFleet, default, TimeProvider.System, stop).ConfigureAwait(false);
        await using (authority.ConfigureAwait(false))
        {
            await authority.EnrolAsync(Server(Role.Cloud, Cloud), folders.Keys(true, Cloud), default, stop).ConfigureAwait(false);
            Party archive = await authority.EnrolAsync(new NewParty(Role.Archive, Archive), folders.Keys(true, Archive), default, stop).ConfigureAwait(false);
            await authority.EnrolAsync(Server(Role.Gateway, WardGateway), folders.Keys(true, WardGateway), default, stop).ConfigureAwait(false);
            await Sensors(authority, folders, hospital: true, plan.Ward, WardGateway, archive.Kid, stop).ConfigureAwait(false);
            await authority.StatusAsync(stop).ConfigureAwait(false);
        }
    }

    public static async Task<string> MakeHome(DemoFolders folders, DemoPlan plan, CancellationToken stop)
    {
        string name = $"home-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6))}";
        Authority authority = await Authority.InitAsync(name, folders.HomeFleet, default, TimeProvider.System, stop).ConfigureAwait(false);
        await using (authority.ConfigureAwait(false))
        {
            await authority.EnrolAsync(Server(Role.Cloud, Cloud), folders.Keys(false, Cloud), default, stop).ConfigureAwait(false);
            await authority.EnrolAsync(Server(Role.Gateway, HomeGateway), folders.Keys(false, HomeGateway), default, stop).ConfigureAwait(false);
            await Sensors(authority, folders, hospital: false, plan.Home, HomeGateway, null, stop).ConfigureAwait(false);
            await authority.StatusAsync(stop).ConfigureAwait(false);
        }

        return name;
    }

    private static async Task Sensors(Authority authority, DemoFolders folders, bool hospital, IReadOnlyList<DemoSensor> sensors, string gateway, Kid? archive, CancellationToken stop)
    {
        foreach (DemoSensor sensor in sensors)
        {
            Party party = await authority.EnrolAsync(new NewParty(Role.Sensor, sensor.Name), folders.Keys(hospital, sensor.Name), default, stop).ConfigureAwait(false);
            ulong now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await authority.AssignAsync(new Assignment(party.Kid, gateway, sensor.Subject, now, archive), stop).ConfigureAwait(false);
        }
    }

    private static NewParty Server(Role role, string name) => new(role, name, Hosts: ["localhost"], Addresses: [IPAddress.Loopback]);
}
