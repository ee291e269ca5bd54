namespace Sealway.Messages;

/// <summary>What a gateway states about itself; the numbers are on the wire.</summary>
public enum EventType
{
    /// <summary>Entry 0 of every generation: what came before, and why it ended.</summary>
    Generation = 0,

    /// <summary>The gateway started.</summary>
    Start = 1,

    /// <summary>The challenge that sensors answer from now on.</summary>
    Challenge = 2,

    /// <summary>An alarm was raised.</summary>
    AlarmRaised = 3,

    /// <summary>An alarm was cleared.</summary>
    AlarmCleared = 4,

    /// <summary>Readings were refused, counted by reason.</summary>
    Refused = 5,

    /// <summary>Readings were lost to a full disk.</summary>
    Lost = 6,

    /// <summary>The gateway acts on this much of the registry from now on.</summary>
    InForce = 7,

    /// <summary>The heating was switched or its target set.</summary>
    Heating = 8,

    /// <summary>A member's command was carried out or refused.</summary>
    CommandDone = 9,

    /// <summary>The words that people use for opaque subjects (sealed logs, in slots only).</summary>
    Labels = 10,

    /// <summary>The hash of the epoch's key, in each epoch's first slot.</summary>
    EpochBegan = 11,
}
