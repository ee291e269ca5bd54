namespace Sealway.Messages;

/// <summary>What an entry's body is.</summary>
public enum EntryKind
{
    /// <summary>A reading's exact bytes (open logs).</summary>
    Reading = 0,

    /// <summary>A slot under an epoch's step key (sealed logs).</summary>
    Sealed = 1,

    /// <summary>An epoch's key for its members (sealed logs).</summary>
    Epoch = 2,

    /// <summary>What the gateway itself states.</summary>
    Event = 3,

    /// <summary>Older epochs' keys for a new member (sealed logs).</summary>
    Grant = 4,

    /// <summary>A key gets a name and a role (the registry).</summary>
    Enrol = 16,

    /// <summary>A sensor is assigned to a gateway and a subject (the registry).</summary>
    Assign = 17,

    /// <summary>A key is withdrawn (the registry).</summary>
    Revoke = 18,

    /// <summary>Every revocation so far, through a time (the registry).</summary>
    Status = 19,

    /// <summary>A key names its successor (the registry).</summary>
    Rotate = 20,

    /// <summary>Entries of a log are to be erased (the registry).</summary>
    Erase = 21,
}
