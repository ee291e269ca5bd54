namespace Sealway.App;

using Sealway.Messages;

/// <summary>An epoch of the log, whether its key is here or not.</summary>
/// <param name="Id">The epoch.</param>
/// <param name="At">When it began, milliseconds since 1970.</param>
/// <param name="RegistrySize">The registry size that its members come from.</param>
internal readonly record struct EpochSeen(EpochId Id, ulong At, ulong RegistrySize);
