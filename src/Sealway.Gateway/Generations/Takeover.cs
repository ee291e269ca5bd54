namespace Sealway.Gateway;

using System.Globalization;
using System.Text;
using Sealway.Log;
using Sealway.Messages;

/// <summary>How far a new generation has logged again what the one before had beyond its last countersigned head.</summary>
/// <param name="From">The generation before.</param>
/// <param name="Next">The index of its next entry to take over.</param>
/// <param name="End">Where its entries end.</param>
internal readonly record struct Takeover(LogId From, ulong Next, ulong End)
{
    internal const string NoteName = "takeover";

    internal static Takeover FromNote(byte[] note)
    {
        string[] parts = Encoding.UTF8.GetString(note).Split(' ');
        return parts.Length == 3 && LogId.TryParse(parts[0], out LogId from)
            && ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong next)
            && ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong end)
            ? new Takeover(from, next, end)
            : throw new InvalidDataException("the note of a generation's beginning cannot be read");
    }

    internal Note ToNote() => new(NoteName, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{From} {Next} {End}")));
}
