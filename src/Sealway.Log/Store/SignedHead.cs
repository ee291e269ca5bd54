namespace Sealway.Log;

using Sealway.Messages;

/// <summary>A head and the countersignatures on it that are held.</summary>
/// <param name="Head">The head.</param>
/// <param name="Countersignatures">At most one of each key, in the order in which they were stored.</param>
public sealed record SignedHead(Head Head, IReadOnlyList<Countersignature> Countersignatures)
{
    /// <summary>A head without countersignatures.</summary>
    /// <param name="head">The head.</param>
    public SignedHead(Head head)
        : this(head, [])
    {
    }

    /// <summary>The log's size in entries at this head.</summary>
    public ulong Size => Head.Claims.Size;

    /// <summary>Whether a key has countersigned.</summary>
    /// <param name="kid">The key.</param>
    /// <returns>True if its countersignature is among those held.</returns>
    public bool HasFrom(Kid kid) => Countersignatures.Any(countersignature => countersignature.Kid == kid);
}
