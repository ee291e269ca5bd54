namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>A key that counts no more: revoked by the authority, or replaced by its own word.</summary>
/// <param name="Key">Which.</param>
/// <param name="SinceMilliseconds">From when on, milliseconds since 1970; decides where <paramref name="Last"/> is missing.</param>
/// <param name="Reason">Why, in words; of a replaced key <c>replaced</c>, of an authority's key that the recovery key replaced <c>recovered</c>.</param>
/// <param name="Last">The last that counts, or null.</param>
/// <param name="Index">The index of the statement.</param>
/// <param name="Successor">The key that replaced it, or null.</param>
public sealed record Withdrawal(Kid Key, ulong SinceMilliseconds, string Reason, LastThatCounts? Last, ulong Index, Kid? Successor)
{
    private readonly ulong? _first;

    /// <summary>Whether the authority withdrew the key; else it named its successor itself.</summary>
    public bool IsRevocation { get; init; }

    /// <summary>The index of the first statement that withdrew the key: a later one may only have reached further back in time.</summary>
    public ulong FirstIndex
    {
        get => _first ?? Index;
        init => _first = value;
    }
}
