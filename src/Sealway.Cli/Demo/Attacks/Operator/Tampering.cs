namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>Ways to tamper with an append that somebody else signed.</summary>
internal static class Tampering
{
    /// <summary>A bit of one entry is changed: near its beginning, in its middle, at its end.</summary>
    public static Append Altered(Append append, int time)
    {
        byte[] bytes = append.Entries[Middle(append)].Bytes.ToArray();
        bytes[time * (bytes.Length - 1) / 2 % bytes.Length] ^= 1;
        return With(append, Middle(append), AppendEntry.Full(bytes));
    }

    /// <summary>One entry is left out, and an older one twice, so that the size fits.</summary>
    public static Append Deleted(Append append, int time)
    {
        List<AppendEntry> entries = [.. append.Entries];
        entries.RemoveAt(Middle(append) + time);
        entries.Insert(0, entries[0]);
        return append with { Entries = entries };
    }

    /// <summary>Two neighbours change places.</summary>
    public static Append Swapped(Append append, int time)
    {
        List<AppendEntry> entries = [.. append.Entries];
        int at = Middle(append) + time;
        (entries[at], entries[at + 1]) = (entries[at + 1], entries[at]);
        return append with { Entries = entries };
    }

    /// <summary>One entry loses its last bytes.</summary>
    public static Append Truncated(Append append, int time) =>
        With(append, Middle(append), AppendEntry.Full(append.Entries[Middle(append)].Bytes[..^(1 + time)]));

    /// <summary>An entry is put in, and the last left out, so that the size fits.</summary>
    public static Append Inserted(Append append, int time)
    {
        List<AppendEntry> entries = [.. append.Entries.SkipLast(1)];
        entries.Insert(Middle(append) + time, append.Entries[Middle(append) - 1]);
        return append with { Entries = entries };
    }

    private static int Middle(Append append) => append.Entries.Count / 2;

    private static Append With(Append append, int at, AppendEntry entry)
    {
        AppendEntry[] entries = [.. append.Entries];
        entries[at] = entry;
        return append with { Entries = entries };
    }
}
