namespace Sealway.Archive;

using System.Collections.Immutable;
using Sealway.Log;

/// <summary>One log as a reader sees it: what one write left, whole. Immutable.</summary>
/// <param name="State">What counts of the files; null while the log is not held.</param>
/// <param name="Latest">The newest head of the largest size.</param>
/// <param name="Notes">The notes.</param>
/// <param name="Blanks">Which entries are blank without an order.</param>
/// <param name="Erased">Which entries are erased by order; none of them is among <paramref name="Blanks"/>.</param>
internal sealed record TileLogView(TileLogState? State, SignedHead? Latest, ImmutableSortedDictionary<string, byte[]> Notes, BlankRanges Blanks, BlankRanges Erased)
{
    public static TileLogView Nothing { get; } = new(null, null, NoteFile.None, BlankRanges.None, BlankRanges.None);

    public bool IsBlank(ulong index) => Blanks.Contains(index) || Erased.Contains(index);
}
