namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>An order of the authority to erase entries, and where it stands.</summary>
/// <param name="Erasure">Which entries of which log, and why.</param>
/// <param name="Index">The index of the statement in the registry.</param>
/// <param name="AtMilliseconds">When it was stated, milliseconds since 1970 by the signer's clock.</param>
public sealed record Erased(Erasure Erasure, ulong Index, ulong AtMilliseconds);
