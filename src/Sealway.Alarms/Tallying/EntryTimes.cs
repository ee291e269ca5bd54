namespace Sealway.Alarms;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// The trusted times of entries: between the follower's own countersignatures before and after them. Tells how far an
/// entry's own time lies outside, and says nothing where the follower itself cannot know: where its clock fell behind the
/// registry that it had applied, or behind its own earlier word, as one that began at 1970; and after a countersignature
/// that left a backlog behind, whose rest is older than that with good reason.
/// </summary>
internal sealed class EntryTimes
{
    /// <summary>How far an entry's time may lie outside, in milliseconds: two minutes, for links and clocks are slow.</summary>
    public const ulong Tolerance = 120_000;

    // A writer with a backlog sends all that an append holds. One of less than half of that has left nothing behind.
    private const ulong FullEntries = Limits.AppendEntries / 2;
    private const ulong FullBytes = Limits.AppendEntryBytes / 2;

    private const int MostHeads = 2_048;

    private readonly IReadOnlyList<OwnWord> _words;

    /// <summary>Begins with the countersignatures around some entries.</summary>
    /// <param name="words">By rising size, and of one size in the order in which they were given; from before the one before the first entry on.</param>
    public EntryTimes(IReadOnlyList<OwnWord> words) => _words = words;

    /// <summary>Reads the follower's countersignatures around a stretch of entries.</summary>
    /// <param name="store">Where the log is kept.</param>
    /// <param name="log">Which log.</param>
    /// <param name="own">The follower's key.</param>
    /// <param name="from">The first entry.</param>
    /// <param name="to">The entry after the last.</param>
    /// <param name="registry">What the registry said at a size.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<EntryTimes> LoadAsync(ILogStore store, LogId log, Kid own, ulong from, ulong to, Func<ulong, RegistryView> registry, CancellationToken ct)
    {
        List<OwnWord> words = [];
        ulong begin = from;
        if (await store.HeadAtOrBefore(log, from, own, ct).ConfigureAwait(false) is { } before)
        {
            begin = before.Size;
            if (before.Size > 0 && await store.HeadAtOrBefore(log, before.Size - 1, own, ct).ConfigureAwait(false) is { } first)
            {
                Add(first);
            }
        }

        foreach (SignedHead head in await store.Heads(log, begin, to, MostHeads, ct).ConfigureAwait(false))
        {
            Add(head);
        }

        if ((words.Count == 0 || words[^1].Size < to) && await store.HeadAtOrAfter(log, to, own, ct).ConfigureAwait(false) is { } after)
        {
            Add(after);
        }

        return new EntryTimes(words);

        void Add(SignedHead head)
        {
            foreach (Countersignature one in head.Countersignatures.Where(one => one.Kid == own))
            {
                words.Add(new OwnWord(head.Size, one.Seconds, registry(one.RegistrySize).LastAt));
            }
        }
    }

    /// <summary>How far an entry's time lies outside what the follower knows.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="at">Its time, milliseconds since 1970 by the gateway's clock.</param>
    /// <param name="length">Its length in bytes: others are taken to be like it.</param>
    /// <returns>Milliseconds: below 0 before the countersignature of a smaller size, above 0 ahead of the follower's clock; 0 in order; null if nothing is known.</returns>
    public long? OffBy(ulong index, ulong at, int length)
    {
        int after = 0;
        while (after < _words.Count && _words[after].Size <= index)
        {
            after++;
        }

        bool knows = false;
        if (after < _words.Count && IsTrusted(after))
        {
            knows = true;
            ulong latest = (_words[after].Seconds * 1000) + 999;
            if (at > latest + Tolerance)
            {
                return (long)(at - latest);
            }
        }

        if (after > 0 && IsTrusted(after - 1) && LeftNothing(after - 1, (ulong)length))
        {
            knows = true;
            ulong earliest = _words[after - 1].Seconds * 1000;
            if (at + Tolerance < earliest)
            {
                return -(long)(earliest - at);
            }
        }

        return knows ? 0 : null;
    }

    private bool IsTrusted(int word) =>
        (_words[word].Seconds * 1000) + Tolerance >= _words[word].KnownAt && (word == 0 || _words[word].Seconds >= _words[word - 1].Seconds);

    private bool LeftNothing(int word, ulong length)
    {
        ulong count = _words[word].Size - (word == 0 ? 0 : _words[word - 1].Size);
        return count < FullEntries && count * Math.Max(1, length) < FullBytes;
    }
}
