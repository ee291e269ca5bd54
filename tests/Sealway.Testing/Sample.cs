namespace Sealway.Testing;

using System.Globalization;
using System.Text;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

/// <summary>Keys, entries and heads for the tests.</summary>
public static class Sample
{
    public static readonly LogId Log = new("ward-3", 0);

    public static readonly SigningKey Key = SigningKey.Generate();

    /// <summary>An entry that says its index; the clock rises by one second each.</summary>
    public static LogEntry Leaf(ulong index, string branch = "") => LogEntry.Of(Entry(index, branch).Bytes);

    public static Entry Entry(ulong index, string branch = "") =>
        Messages.Entry.Create(EntryKind.Event, index * 1000, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"entry {index} {branch}")));

    public static LogEntry[] Leaves(ulong from, ulong to, string branch = "")
    {
        LogEntry[] leaves = new LogEntry[to - from];
        for (ulong i = from; i < to; i++)
        {
            leaves[i - from] = Leaf(i, branch);
        }

        return leaves;
    }

    public static Frontier Tree(IEnumerable<LogEntry> leaves)
    {
        Frontier frontier = new();
        foreach (LogEntry leaf in leaves)
        {
            frontier.Append(leaf.Hash);
        }

        return frontier;
    }

    public static Head Head(Frontier tree, ulong seconds = 1, LogId? log = null, SigningKey? key = null) =>
        Messages.Head.Sign(key ?? Key, new HeadClaims((key ?? Key).PublicKey.Kid, log ?? Log, seconds, tree.Size, 0), tree.Root());

    public static Append Append(ulong from, IEnumerable<LogEntry> entries, Head head, params Countersignature[] countersignatures) =>
        new(head.Claims.Log, from, [.. entries.Select(entry => entry.IsBlank ? AppendEntry.Blank(entry.Hash) : AppendEntry.Full(entry.Bytes))], head, countersignatures);

    /// <summary>Everything that a sound log is: entries, tree, tiles and heads fit each other.</summary>
    public static async Task RequireSound(ILogStore store, LogId log, CancellationToken ct)
    {
        LogState? state = await store.State(log, ct);
        if (state is null)
        {
            return;
        }

        IReadOnlyList<LogEntry> entries = await store.Read(log, 0, state.Size, int.MaxValue, ct);
        Assert.Equal((int)state.Size, entries.Count);
        Assert.All(entries, entry => Assert.True(entry.IsBlank || Merkle.LeafHash(entry.Bytes.Span).AsSpan().SequenceEqual(entry.Hash)));
        Frontier tree = new();
        Dictionary<ulong, byte[]> roots = new() { [0] = tree.Root() };
        foreach (LogEntry entry in entries)
        {
            tree.Append(entry.Hash);
            roots[tree.Size] = tree.Root();
        }

        Assert.Equal(tree.Root(), state.Frontier.Root());
        foreach (SignedHead head in await store.Heads(log, 0, Merkle.MaxSize, int.MaxValue, ct))
        {
            Assert.Equal(roots[head.Size], head.Head.Root.ToArray());
        }

        if (state.Size > 0)
        {
            ulong last = state.Size - 1;
            IReadOnlyList<byte[]> path = await Inclusion.Prove(store.Tiles(log), last / 2, state.Size, ct);
            Assert.True(Inclusion.Verify(entries[(int)(last / 2)].Hash, last / 2, state.Size, path, tree.Root()));
        }
    }
}
