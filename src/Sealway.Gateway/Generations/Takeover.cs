namespace Sealway.Gateway;

using System.Globalization;
using System.Text;
using Sealway.Log;
using Sealway.Messages;

/// <summary>How far a new generation has logged again what the one before had beyond its last countersigned head.</summary>
/// <param name="From">The generation before.</param>
/// <param name="Next">The index of its next entry to take over.</param>
/// <param name="End">Where its entries end.</param>
/// <param name="Begin">Where to begin to take bytes away that were taken over or are lost; of no meaning where nothing is lost.</param>
/// <param name="LoseBefore">Readings and slots before this index are lost to a full disk, and not logged again; 0: none.</param>
internal readonly record struct Takeover(LogId From, ulong Next, ulong End, ulong Begin = 0, ulong LoseBefore = 0)
{
    internal const string NoteName = "takeover";

    internal static Takeover FromNote(byte[] note)
    {
        string[] parts = Encoding.UTF8.GetString(note).Split(' ');
        return parts.Length is 3 or 5 && LogId.TryParse(parts[0], out LogId from) && Number(parts[1]) is { } next && Number(parts[2]) is { } end
            && (parts.Length == 5 ? (Number(parts[3]), Number(parts[4])) : (0, 0)) is ({ } begin, { } lose)
            ? new Takeover(from, next, end, begin, lose)
            : throw new InvalidDataException("the note of a generation's beginning cannot be read");
    }

    internal Note ToNote()
    {
        string lost = LoseBefore == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" {Begin} {LoseBefore}");
        return new(NoteName, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{From} {Next} {End}{lost}")));
    }

    private static ulong? Number(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;
}
