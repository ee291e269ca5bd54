namespace Sealway.Messages;

/// <summary>What a member asks a gateway to do; the numbers are on the wire.</summary>
public enum CommandAction
{
    /// <summary>Set a room's target temperature.</summary>
    SetTarget = 1,

    /// <summary>Remove a member: a new epoch at once. The owner's right.</summary>
    RemoveMember = 2,

    /// <summary>Log a grant for a newcomer.</summary>
    Grant = 3,

    /// <summary>Put the member's own statement about its new HPKE key into the registry: a new epoch at once.</summary>
    Rekey = 4,
}
