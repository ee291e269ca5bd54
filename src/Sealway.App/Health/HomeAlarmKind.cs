namespace Sealway.App;

/// <summary>What a member's app tells about bad days. The names stand in the health report.</summary>
public enum HomeAlarmKind
{
    /// <summary>No newer head has come for too long.</summary>
    Silent,

    /// <summary>The cloud keeps back what is known to be there.</summary>
    Withheld,

    /// <summary>Two histories under the gateway's key; both are kept.</summary>
    Forked,

    /// <summary>A later generation leaves out entries that are held here, or names another history.</summary>
    Cut,

    /// <summary>A sensor's numbers have gaps.</summary>
    Gap,

    /// <summary>The newest slots do not open.</summary>
    Closed,

    /// <summary>Entries or items were refused: forged, altered, repeated.</summary>
    Refused,

    /// <summary>The registry's word is too old.</summary>
    RegistryStale,

    /// <summary>The gateway acts on more of the registry than the cloud gives, or a status leaves a withdrawal out.</summary>
    RegistryWithheld,

    /// <summary>This member was removed.</summary>
    Removed,
}
