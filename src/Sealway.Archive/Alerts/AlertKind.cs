namespace Sealway.Archive;

/// <summary>What an alert is about.</summary>
public enum AlertKind
{
    /// <summary>An alarm rule: raised or cleared, as the archive concludes from the log itself.</summary>
    Alarm,

    /// <summary>An alarm that the gateway alone states, or the archive alone concludes: other rules, or a gateway that states what its log does not bear out.</summary>
    AlarmsDiffer,

    /// <summary>A log fell silent, or is heard again.</summary>
    LogSilence,

    /// <summary>Different entries under valid heads of one log; both are kept as evidence.</summary>
    Fork,

    /// <summary>A log began a new generation.</summary>
    Generation,

    /// <summary>A new generation leaves out entries of the one before that are held here.</summary>
    Cut,

    /// <summary>Entries that a log's writer has signed are not given by the cloud: those under its newest head, or those that a new generation goes on from.</summary>
    Withheld,

    /// <summary>Entries, heads or countersignatures that came were not taken.</summary>
    NotTaken,

    /// <summary>Entries of a log that do not count.</summary>
    EntriesRefused,

    /// <summary>Entries that counted before do not any more, or only doubtfully: a key was withdrawn.</summary>
    Reconsidered,

    /// <summary>Entries whose time lies outside what the archive's own countersignatures before and after them allow.</summary>
    Misdated,

    /// <summary>Two contents under one number of a sensor in two logs, both signed: its key is cloned.</summary>
    Cloned,

    /// <summary>A gateway's clock went back.</summary>
    ClockWentBack,

    /// <summary>A log acts on more of the registry than the archive was given, for longer than news may take.</summary>
    RegistryWithheld,

    /// <summary>The gateway lost readings to a full disk, as it states.</summary>
    ReadingsLost,

    /// <summary>The registry contradicts itself, a status withholds a revocation, or it is stale.</summary>
    Registry,

    /// <summary>What is stored here is damaged.</summary>
    Storage,
}
