namespace Sealway.Cloud;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>One fleet that a cloud serves.</summary>
/// <param name="Identity">The cloud's keys in this fleet, and the pinned authority.</param>
/// <param name="DataFolder">Where its logs are kept.</param>
/// <param name="Mqtt">Where its gateways connect.</param>
/// <param name="Https">Where its registrar, archives and apps connect.</param>
/// <param name="Rules">The alarm rules.</param>
/// <param name="Prune">Whether entries are blanked once the archive has countersigned them and they are judged.</param>
/// <param name="RegistryStaleAfter">How old the registry may be before new sessions are refused.</param>
/// <param name="SilentAfter">After how long without a new head a log counts as silent; above a minute, in which an honest gateway signs one.</param>
public sealed record TenantOptions(
    Identity Identity,
    string DataFolder,
    HostPort Mqtt,
    HostPort Https,
    AlarmRules Rules,
    bool Prune,
    TimeSpan RegistryStaleAfter,
    TimeSpan SilentAfter)
{
    /// <summary>Its TLS certificate and key where they may be replaced while it runs; null: the identity's, as they are. Not owned.</summary>
    public TlsIdentitySource? Tls { get; init; }

    /// <summary>The TLS profile of the gateways' listener: modern, or intermediate for others' gateways.</summary>
    public TlsProfile MqttTls { get; init; } = TlsProfile.Modern;

    /// <summary>The TLS profile of the followers' listener: modern, or intermediate for others' followers.</summary>
    public TlsProfile HttpsTls { get; init; } = TlsProfile.Modern;

    /// <summary>For how long a log may state more of the registry in force than the cloud has before that counts as withheld.</summary>
    public TimeSpan RegistryWithheldAfter { get; init; } = TimeSpan.FromMinutes(10);

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Identity);
        ArgumentException.ThrowIfNullOrEmpty(DataFolder);
        ArgumentNullException.ThrowIfNull(Rules);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RegistryStaleAfter, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SilentAfter, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RegistryWithheldAfter, TimeSpan.Zero);
        if (Identity.Role != Role.Cloud)
        {
            throw new ArgumentException($"the keys are those of {Identity.Name}, which was enrolled as {Identity.Role}, not as a cloud");
        }
    }
}
