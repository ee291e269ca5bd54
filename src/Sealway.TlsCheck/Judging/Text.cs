namespace Sealway.TlsCheck.Judging;

/// <summary>Text that others wrote, made fit for a terminal.</summary>
internal static class Text
{
    private const int Most = 200;

    /// <summary>Without control characters, and not longer than a few lines.</summary>
    public static string Printable(string text)
    {
        string plain = string.Concat(text.Take(Most).Select(one => char.IsControl(one) || char.IsSurrogate(one) || char.GetUnicodeCategory(one) == System.Globalization.UnicodeCategory.Format ? '?' : one));
        return text.Length > Most ? plain + "…" : plain;
    }

    /// <summary>A few of many, and how many more there are.</summary>
    public static string Some(IReadOnlyList<string> names) => names.Count <= 4 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(4))} and {names.Count - 4} more";
}
