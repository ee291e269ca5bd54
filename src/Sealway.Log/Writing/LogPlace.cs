namespace Sealway.Log;

/// <summary>Where the next entry of a log will stand; a registry's statements are signed for it.</summary>
/// <param name="Index">The index of the first entry of the append.</param>
/// <param name="At">The writer's clock in milliseconds since 1970, but not before the log's last entry: the least clock that an entry may have.</param>
public readonly record struct LogPlace(ulong Index, ulong At);
