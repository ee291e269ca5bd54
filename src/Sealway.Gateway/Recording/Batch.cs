namespace Sealway.Gateway;

using Sealway.Log;
using Sealway.Messages;

/// <summary>What goes into the log next, in one transaction.</summary>
/// <param name="Entries">The entries in order, their times never decreasing: at most 1,024 and 1 MiB, so that they are one append.</param>
/// <param name="Stored">The items that these entries hold, in the order in which they were given to the recorder: once the entries are durable the sensors are told, and the stored history is moved on by exactly these.</param>
/// <param name="Notes">What the recorder itself wants to find again after a restart, written in the same transaction; names begin with <c>recorder/</c>.</param>
public sealed record Batch(IReadOnlyList<Entry> Entries, IReadOnlyList<RecordedItem> Stored, IReadOnlyList<Note> Notes)
{
    /// <summary>Nothing to append.</summary>
    public static Batch Empty { get; } = new([], [], []);

    /// <summary>Whether there is nothing to append.</summary>
    public bool IsEmpty => Entries.Count == 0 && Notes.Count == 0;
}
