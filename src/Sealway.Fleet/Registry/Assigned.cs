namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>An assignment and where the registry states it.</summary>
/// <param name="Assignment">The assignment; of a key that replaced another, that one's with the new key.</param>
/// <param name="Index">The index of the statement.</param>
public sealed record Assigned(Assignment Assignment, ulong Index);
