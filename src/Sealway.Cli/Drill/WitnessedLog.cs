namespace Sealway.Cli.Drill;

using Sealway.Log;
using Sealway.Messages;

/// <summary>One log as the drill has seen it first: each leaf, and the root at each size. Whoever later holds or signs something else contradicts it.</summary>
internal sealed class WitnessedLog
{
    private readonly Frontier _frontier = new();
    private readonly List<byte[]> _leaves = [];
    private readonly List<byte[]> _roots = [];
    private readonly HashSet<string> _heads = new(StringComparer.Ordinal);

    /// <summary>Different heads seen.</summary>
    public int Heads => _heads.Count;

    /// <summary>Leaves seen.</summary>
    public ulong Size => (ulong)_leaves.Count;

    /// <summary>Takes a leaf; false where another was seen at its place.</summary>
    public bool Leaf(ulong index, byte[] hash)
    {
        if (index < Size)
        {
            return _leaves[(int)index].AsSpan().SequenceEqual(hash);
        }

        _frontier.Append(hash);
        _leaves.Add(hash);
        _roots.Add(_frontier.Root());
        return true;
    }

    /// <summary>Takes a head whose leaves were seen; false where its root is not that of the tree that all earlier heads are of.</summary>
    public bool Head(Head head)
    {
        _heads.Add(Convert.ToHexString(head.Bytes.Span));
        ulong size = head.Claims.Size;
        return size <= Size && head.Root.Span.SequenceEqual(size == 0 ? new Frontier().Root() : _roots[(int)size - 1]);
    }
}
