namespace Sealway.Gateway;

using Sealway.Log;

/// <summary>What waits for a slot, and the note that is stored with it.</summary>
/// <param name="Order">Rises with each item.</param>
/// <param name="Item">The reading or event.</param>
/// <param name="Note">The note, or null.</param>
/// <param name="Bytes">What it takes of the memory set aside.</param>
internal readonly record struct WaitingItem(ulong Order, RecordedItem Item, Note? Note, int Bytes);
