namespace Sealway.Messages;

using System.Globalization;

/// <summary>A log's name: the enrolled name of who writes it, and its generation: <c>ward-3/0</c>.</summary>
/// <param name="Name">1 to 63 characters of a–z, 0–9 and -, not beginning with -.</param>
/// <param name="Generation">0 to 9,999,999,999; rises when a log cannot be continued.</param>
public readonly record struct LogId(string Name, ulong Generation) : IComparable<LogId>
{
    /// <summary>The largest generation: ten digits.</summary>
    public const ulong LargestGeneration = 9_999_999_999;

    /// <summary>The log of the next generation.</summary>
    public LogId Next => this with { Generation = Generation + 1 };

    /// <summary>Whether a text can be a log's, and so a party's, name.</summary>
    public static bool IsName(string? name) => name is { Length: > 0 and <= 63 } && name[0] != '-'
        && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <summary>Reads <c>name/generation</c>.</summary>
    public static bool TryParse(string? text, out LogId id)
    {
        id = default;
        int slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !IsName(text![..slash]))
        {
            return false;
        }

        string digits = text[(slash + 1)..];
        if (digits.Length is 0 or > 10 || (digits[0] == '0' && digits.Length > 1) || !digits.All(char.IsAsciiDigit))
        {
            return false;
        }

        id = new LogId(text[..slash], ulong.Parse(digits, CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Reads <c>name/generation</c>.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.WrongText"/>.</exception>
    public static LogId Parse(string text) => TryParse(text, out LogId id) ? id : throw new MessageException(Refusal.WrongText, "log-id");

    /// <summary>By name, then by generation.</summary>
    public int CompareTo(LogId other)
    {
        int byName = string.CompareOrdinal(Name, other.Name);
        return byName != 0 ? byName : Generation.CompareTo(other.Generation);
    }

    /// <summary><c>name/generation</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}/{Generation}");

    /// <summary>Before.</summary>
    public static bool operator <(LogId left, LogId right) => left.CompareTo(right) < 0;

    /// <summary>After.</summary>
    public static bool operator >(LogId left, LogId right) => left.CompareTo(right) > 0;

    /// <summary>Before or the same.</summary>
    public static bool operator <=(LogId left, LogId right) => left.CompareTo(right) <= 0;

    /// <summary>After or the same.</summary>
    public static bool operator >=(LogId left, LogId right) => left.CompareTo(right) >= 0;

    internal static LogId Read(WireReader reader) => TryParse(reader.Text(Limits.LogIdBytes), out LogId id) ? id : throw reader.Wrong(Refusal.WrongText);
}
