namespace Sealway.Alarms;

/// <summary>A countersignature of the follower's own: what it held when, by its own clock.</summary>
/// <param name="Size">The size of the log that it countersigned, in entries.</param>
/// <param name="Seconds">When, seconds since 1970 by its clock.</param>
/// <param name="KnownAt">The latest time, milliseconds since 1970, that stands in the registry as far as it had applied that: it cannot have been earlier.</param>
internal readonly record struct OwnWord(ulong Size, ulong Seconds, ulong KnownAt);
