namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>An entry that a sealed log has in clear: a start, a loss, a grant.</summary>
/// <param name="Kind">The entry's kind.</param>
/// <param name="At">Its time.</param>
/// <param name="Body">Its body.</param>
/// <param name="Item">The event as it was given; null for a grant.</param>
internal readonly record struct ClearItem(EntryKind Kind, ulong At, ReadOnlyMemory<byte> Body, RecordedItem? Item);
