namespace Sealway.Gateway;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Links;

/// <summary>Settings of a gateway.</summary>
public sealed record GatewayOptions
{
    /// <summary>Who it is; not owned.</summary>
    public required Identity Identity { get; init; }

    /// <summary>Its TLS certificate and key where they may be replaced while it runs; null: the identity's, as they are. Not owned.</summary>
    public TlsIdentitySource? Tls { get; init; }

    /// <summary>The TLS profile of the sensors' listeners: modern, or intermediate for others' sensors.</summary>
    public TlsProfile SensorTls { get; init; } = TlsProfile.Modern;

    /// <summary>The folder of its stores; made with mode 0700 where it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The cloud's MQTT port.</summary>
    public required HostPort Cloud { get; init; }

    /// <summary>The cloud's enrolled name; null: any party of that role at that address.</summary>
    public string? CloudName { get; init; }

    /// <summary>Where sensors connect by TLS.</summary>
    public IReadOnlyList<HostPort> SensorListeners { get; init; } = [];

    /// <summary>Unix sockets where sensors connect in plaintext: an explicit choice, shown in the threat report.</summary>
    public IReadOnlyList<string> PlaintextSockets { get; init; } = [];

    /// <summary>How long a sensor may go without a reading before its link ends.</summary>
    public TimeSpan SensorIdle { get; init; } = LinkLimits.SensorIdleTime;

    /// <summary>The rules of the local alarms; null: none.</summary>
    public AlarmRules? AlarmRules { get; init; }

    /// <summary>How often sensors are challenged.</summary>
    public TimeSpan ChallengeEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a head is signed even if nothing happened.</summary>
    public TimeSpan HeadEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often refused readings are counted in the log, when there are any.</summary>
    public TimeSpan RefusedEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the registry is asked for, beside when there is news.</summary>
    public TimeSpan RegistryEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>From when on the registry counts as stale: new sessions are refused, readings of known keys are still logged.</summary>
    public TimeSpan RegistryStaleAfter { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long an answer of the cloud is waited for before it is asked again.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait before a new attempt to reach the cloud.</summary>
    public TimeSpan ReconnectWithin { get; init; } = LinkLimits.LongestBackoff;
    /// <summary>How long the archive's countersignature may stay out before that is told, where the fleet has an archive.</summary>
    public TimeSpan ArchiveLateAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many entries may wait unsent; beyond it the oldest eighth of as many readings is lost: the log goes on in a generation without them, whose second entry says so. Null: as many as the disk holds.</summary>
    public ulong? MostUnsent { get; init; }

    /// <summary>Whether entries that the archive has countersigned are freed; else everything is kept.</summary>
    public bool FreeArchived { get; init; }

    /// <summary>How long a stop waits for the cloud to hold everything.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An operator's act: begin a new generation once the cloud has said what it holds.</summary>
    public bool NewGeneration { get; init; }

    /// <summary>Its name and version, as the event start states them.</summary>
    public string Software { get; init; } = $"sealway {typeof(GatewayOptions).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the text names it.</exception>
    public void Check()
    {
        ArgumentNullException.ThrowIfNull(Identity);
        ArgumentException.ThrowIfNullOrEmpty(DataFolder);
        if (Identity.Role != Messages.Role.Gateway)
        {
            throw new ArgumentException($"'{Identity.Name}' is enrolled as {Identity.Role.Word()}, not as a gateway", nameof(Identity));
        }

        Positive(ChallengeEvery, nameof(ChallengeEvery));
        Positive(HeadEvery, nameof(HeadEvery));
        Positive(RefusedEvery, nameof(RefusedEvery));
        Positive(RegistryEvery, nameof(RegistryEvery));
        Positive(RegistryStaleAfter, nameof(RegistryStaleAfter));
        Positive(AnswerTime, nameof(AnswerTime));
        Positive(SensorIdle, nameof(SensorIdle));
        Positive(ArchiveLateAfter, nameof(ArchiveLateAfter));
        if (StopTime < TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(StopTime)} is negative", nameof(StopTime));
        }

        // Fewer would leave no room for one turn's batch.
        if (MostUnsent is < 1_024)
        {
            throw new ArgumentException($"{nameof(MostUnsent)} is below 1024 entries", nameof(MostUnsent));
        }
    }

    private static void Positive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{name} is not positive", name);
        }
    }
}
