namespace Sealway.Log;

using Sealway.Messages;

/// <summary>Whose signatures a follower accepts, and what it must not keep, as the registry says.</summary>
/// <param name="Writer">The key with this kid if it may sign heads of this log; else null.</param>
/// <param name="Witness">The key with this kid if it may countersign; else null.</param>
/// <param name="Erased">Whether the authority ordered an entry of a log, by its index, erased; null: none.</param>
public sealed record FollowerKeys(Func<LogId, Kid, PublicKey?> Writer, Func<Kid, PublicKey?> Witness, Func<LogId, ulong, bool>? Erased = null)
{
    /// <summary>Whether a head that its key signed still counts; false if the key was withdrawn before. Null: all count.</summary>
    public Func<HeadClaims, bool>? Counts { get; init; }
}
