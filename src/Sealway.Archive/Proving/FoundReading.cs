namespace Sealway.Archive;

using Sealway.Messages;

/// <summary>Where a reading stands.</summary>
/// <param name="Log">The log.</param>
/// <param name="Index">The entry.</param>
/// <param name="AtMilliseconds">When the gateway logged it, by its clock, milliseconds since 1970.</param>
/// <param name="Reading">The reading.</param>
public sealed record FoundReading(LogId Log, ulong Index, ulong AtMilliseconds, Reading Reading);
