namespace Sealway.Gateway;

using System.Text;
using Sealway.Fleet;
using Sealway.Links;

/// <summary>Settings of what a home's gateway has besides: the household's authority, the slots, the heating, pairing.</summary>
public sealed record HomeOptions
{
    /// <summary>The gateway's identity, with an HPKE key; not owned.</summary>
    public required Identity Identity { get; init; }

    /// <summary>The household's fleet folder, which the gateway keeps.</summary>
    public required string FleetFolder { get; init; }

    /// <summary>The gateway's data folder: the control socket and the members' labels lie there.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the registry is published and apps follow.</summary>
    public required HostPort CloudHttps { get; init; }

    /// <summary>The cloud's enrolled name; null: any cloud of this fleet at that address.</summary>
    public string? CloudName { get; init; }

    /// <summary>Where apps pair; null: no pairing.</summary>
    public HostPort? Pairing { get; init; }

    /// <summary>The host that a code names; null: the one that is listened on, which is then an address that apps can reach.</summary>
    public string? PairingHost { get; init; }

    /// <summary>The slots.</summary>
    public SealingOptions Sealing { get; init; } = new();

    /// <summary>The heating.</summary>
    public ThermostatOptions Heating { get; init; } = new();

    /// <summary>What people call rooms and sensors: opaque name to words; travels sealed.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>How often the registry's head is signed even if nothing happened.</summary>
    public TimeSpan HeadEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often every revocation so far is stated.</summary>
    public TimeSpan StatusEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Where members speak to the running gateway.</summary>
    public string ControlPath => Path.Combine(DataFolder, ControlSocket.FileName);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the text names it.</exception>
    public void Check()
    {
        ArgumentNullException.ThrowIfNull(Identity);
        ArgumentException.ThrowIfNullOrEmpty(FleetFolder);
        ArgumentException.ThrowIfNullOrEmpty(DataFolder);
        if (Identity.Role != Messages.Role.Gateway || Identity.Agreement is null)
        {
            throw new ArgumentException($"'{Identity.Name}' is not a gateway with an HPKE key, so that no command can be sealed to it", nameof(Identity));
        }

        Sealing.Check();
        Heating.Check();
        if (Labels.Any(label => Encoding.UTF8.GetByteCount(label.Value) > PairingRequest.LabelBytes))
        {
            throw new ArgumentException($"a label is longer than {PairingRequest.LabelBytes} bytes", nameof(Labels));
        }
    }
}
