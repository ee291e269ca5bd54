namespace Sealway.App;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Settings of a member's app.</summary>
public sealed record AppOptions
{
    /// <summary>The member's keys; not owned.</summary>
    public required Identity Identity { get; init; }

    /// <summary>Its TLS certificate and key where they may be replaced while it runs; null: the identity's, as they are. Not owned.</summary>
    public TlsIdentitySource? Tls { get; init; }

    /// <summary>What it follows and where, as pairing said.</summary>
    public required AppFile Home { get; init; }

    /// <summary>The folder of its store; made with mode 0700 where it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the member's HPKE key lies, so that it can be replaced; null: it cannot be.</summary>
    public AgreementKeyFiles? Keys { get; init; }

    /// <summary>The cloud's enrolled name; null: any cloud of this fleet at that address.</summary>
    public string? CloudName { get; init; }

    /// <summary>How long a fetch waits for news, in whole seconds, at most <see cref="LinkLimits.LongPollTime"/>.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the registry is asked for, beside when the log needs it.</summary>
    public TimeSpan RegistryEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often other members' countersignatures are asked for.</summary>
    public TimeSpan WitnessEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long without a new head the log counts as silent.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>From when on the registry's word is too old.</summary>
    public TimeSpan RegistryStaleAfter { get; init; } = TimeSpan.FromDays(2);

    /// <summary>The longest wait after a trouble of the link.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where the app's owner speaks to it while it runs.</summary>
    public string ControlPath => Path.Combine(DataFolder, ControlSocket.FileName);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the text names it.</exception>
    public void Check()
    {
        ArgumentNullException.ThrowIfNull(Identity);
        ArgumentNullException.ThrowIfNull(Home);
        ArgumentException.ThrowIfNullOrEmpty(DataFolder);
        Require(Identity.Role == Role.App && Identity.Agreement is not null, $"'{Identity.Name}' is not an app with an HPKE key; pair it with the home's gateway");
        Require(Home.Registry == Identity.RegistryLog, $"{AppFile.FileName} and party.json are of two fleets");
        Require(Wait >= TimeSpan.Zero && Wait <= LinkLimits.LongPollTime, $"{nameof(Wait)} is not 0 to {LinkLimits.LongPollTime.TotalSeconds} s");
        Require(RegistryEvery > TimeSpan.Zero && WitnessEvery > TimeSpan.Zero && SilentAfter > TimeSpan.Zero && RegistryStaleAfter > TimeSpan.Zero && LongestBackoff > TimeSpan.Zero, "a time is not positive");
    }

    private static void Require(bool condition, string text)
    {
        if (!condition)
        {
            throw new ArgumentException(text);
        }
    }
}
