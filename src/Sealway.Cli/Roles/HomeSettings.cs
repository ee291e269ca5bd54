namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Gateway;
using Sealway.Links;
using Sealway.Messages;

/// <summary>What a home's gateway has besides: the household's authority, the slots, the heating.</summary>
/// <param name="Fleet">The household's fleet folder, which the gateway keeps.</param>
/// <param name="PassphraseFile">What locks the authority's keys; null: they are not locked.</param>
/// <param name="Pairing">Where apps pair; null: no pairing.</param>
/// <param name="CloudHttps">Where the registry is published and apps follow.</param>
/// <param name="SlotBytes">Bytes of a slot's plaintext.</param>
/// <param name="Tick">How often a slot is sealed.</param>
/// <param name="EpochTime">How long an epoch lasts at most.</param>
/// <param name="Labels">What people call rooms, sensors and members: opaque name to words; travels sealed.</param>
/// <param name="Heating">The rooms that are heated.</param>
internal sealed record HomeSettings(
    string Fleet,
    string? PassphraseFile,
    HostPort? Pairing,
    HostPort CloudHttps,
    int SlotBytes,
    TimeSpan Tick,
    TimeSpan EpochTime,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyList<HeatingSettings> Heating)
{
    public static HomeSettings Parse(SettingsSection section)
    {
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach (SettingsSection label in section.Sections("labels", most: Limits.EventPairs, distinctBy: "name"))
        {
            labels.TryAdd(label.Text("name", example: "r-01"), label.Text("label", example: "Living room"));
        }

        return new HomeSettings(
            section.FolderPath("fleet", mustExist: true),
            section.OptionalFilePath("passphraseFile", mustExist: true),
            section.Has("pairing") ? section.Parsed("pairing", HostPort.Parse, "an address to listen on, host:port", "192.168.1.2:7444") : null,
            section.Parsed("cloudHttps", HostPort.Parse, "the cloud's HTTPS address, host:port", "cloud.example:8443"),
            section.Integer("slotBytes", SealingOptions.SmallestSlot, Limits.LargestSlotBytes, 4_096),
            section.Duration("tick", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10)),
            section.Duration("epoch", TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromHours(1)),
            labels,
            [.. section.Sections("heating", most: 64, distinctBy: "room").Select(HeatingSettings.Parse)]);
    }

    public HomeOptions ToOptions(Sealway.Fleet.Identity identity, GatewayOptions options) => new()
    {
        Identity = identity,
        FleetFolder = Fleet,
        DataFolder = options.DataFolder,
        CloudHttps = CloudHttps,
        CloudName = options.CloudName,
        Pairing = Pairing,
        Sealing = new SealingOptions { SlotBytes = SlotBytes, Tick = Tick, EpochLength = EpochTime },
        Heating = new ThermostatOptions { Rooms = [.. Heating.Select(room => room.ToRoom())], CheckEvery = TimeSpan.FromSeconds(1) },
        Labels = Labels,
    };
}
