namespace Sealway.Links;

/// <summary>The one exception of every link: a link that could not be made, was refused, or ended.</summary>
/// <param name="reason">The named reason.</param>
/// <param name="text">What a person can act on. Never content, a key or a token.</param>
/// <param name="inner">What the platform said.</param>
public sealed class LinkException(LinkRefusal reason, string text, Exception? inner = null) : Exception($"{reason}: {text}", inner)
{
    private const int LongestText = 256;

    /// <summary>The named reason.</summary>
    public LinkRefusal Reason { get; } = reason;

    /// <summary>The text without the reason before it.</summary>
    public string Text { get; } = text;

    /// <summary>Reads a reason that a peer sent (<c>Reason: text</c>). What is not of that form, or too long, keeps <paramref name="otherwise"/> as its reason.</summary>
    internal static LinkException FromPeer(string? said, LinkRefusal otherwise, string about)
    {
        string text = Printable(said);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Enum.TryParse(text[..colon], out LinkRefusal reason) && Enum.IsDefined(reason)
            ? new LinkException(reason, $"{about} says: {text[(colon + 1)..].Trim()}")
            : new LinkException(otherwise, text.Length == 0 ? about : $"{about} says: {text}");
    }

    /// <summary>Text from a stranger, fit for a log: printable ASCII, at most 256 characters.</summary>
    internal static string Printable(string? text) => text is null ? string.Empty : string.Create(Math.Min(text.Length, LongestText), text, static (to, from) =>
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        }
    });
}
