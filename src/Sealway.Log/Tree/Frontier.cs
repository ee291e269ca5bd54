namespace Sealway.Log;

using System.Numerics;
using Sealway.Messages;

/// <summary>
/// The right edge of a tree: one hash for each 1-bit of its size, largest subtree first.
/// It is all that is needed to append and to know the root. Not safe for use by several threads.
/// </summary>
public sealed class Frontier
{
    private const int Levels = 53;

    // The hash of the complete subtree of 2^level entries lies at level × 32; it counts only where the size has that bit.
    private readonly byte[] _edge;

    /// <summary>The frontier of the empty tree.</summary>
    public Frontier()
        : this(0, new byte[Levels * Merkle.HashLength])
    {
    }

    private Frontier(ulong size, byte[] edge)
    {
        Size = size;
        _edge = edge;
    }

    /// <summary>The tree's size in entries, at most <see cref="Merkle.MaxSize"/>.</summary>
    public ulong Size { get; private set; }

    /// <summary>The hashes, largest subtree first; copies of 32 bytes each.</summary>
    public IReadOnlyList<byte[]> Hashes
    {
        get
        {
            List<byte[]> hashes = new(BitOperations.PopCount(Size));
            for (ulong rest = Size; rest != 0;)
            {
                int level = BitOperations.Log2(rest);
                hashes.Add(At(level).ToArray());
                rest &= ~(1UL << level);
            }

            return hashes;
        }
    }

    /// <summary>A frontier that came from outside. Its shape is checked here; that it is the log's, only a head's signature over its <see cref="Root()"/> can say.</summary>
    /// <param name="size">The tree's size in entries.</param>
    /// <param name="hashes">One hash for each 1-bit of the size, largest subtree first.</param>
    /// <returns>The frontier, with copies of the hashes.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.NumberOutOfRange"/>: the size is beyond <see cref="Merkle.MaxSize"/>; <see cref="Refusal.WrongCount"/>: the hashes do not fit it.</exception>
    public static Frontier FromUntrusted(ulong size, IReadOnlyList<byte[]> hashes)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        if (size > Merkle.MaxSize)
        {
            throw new MessageException(Refusal.NumberOutOfRange, "frontier: size");
        }

        if (hashes.Count != BitOperations.PopCount(size))
        {
            throw new MessageException(Refusal.WrongCount, "frontier: not one hash for each bit of its size");
        }

        Frontier frontier = new();
        ulong rest = size;
        foreach (byte[] hash in hashes)
        {
            if (hash is not { Length: Merkle.HashLength })
            {
                throw new MessageException(Refusal.WrongCount, "frontier: a hash does not have 32 bytes");
            }

            int level = BitOperations.Log2(rest);
            hash.CopyTo(frontier.At(level));
            rest &= ~(1UL << level);
        }

        frontier.Size = size;
        return frontier;
    }

    /// <summary>Appends a leaf.</summary>
    /// <param name="leafHash">32 bytes, see <see cref="Merkle.LeafHash(ReadOnlySpan{byte})"/>.</param>
    /// <exception cref="ArgumentException">The hash is not 32 bytes long.</exception>
    /// <exception cref="InvalidOperationException">The tree has <see cref="Merkle.MaxSize"/> entries already.</exception>
    public void Append(ReadOnlySpan<byte> leafHash) => Append(leafHash, null);

    /// <summary>Appends a leaf and collects the hashes of interior tiles (level 1 and up) that it completes.</summary>
    /// <param name="leafHash">32 bytes.</param>
    /// <param name="completed">Where the completed hashes are added, lowest level first; null if nobody asks.</param>
    /// <exception cref="ArgumentException">The hash is not 32 bytes long.</exception>
    /// <exception cref="InvalidOperationException">The tree has <see cref="Merkle.MaxSize"/> entries already.</exception>
    public void Append(ReadOnlySpan<byte> leafHash, ICollection<TileHash>? completed)
    {
        if (leafHash.Length != Merkle.HashLength)
        {
            throw new ArgumentException($"a hash has {Merkle.HashLength} bytes, not {leafHash.Length}", nameof(leafHash));
        }

        if (Size >= Merkle.MaxSize)
        {
            throw new InvalidOperationException("the tree is full");
        }

        Span<byte> node = stackalloc byte[Merkle.HashLength];
        leafHash.CopyTo(node);
        int level = 0;
        for (; (Size >> level & 1) != 0; level++)
        {
            Merkle.NodeHash(At(level), node, node);
            if (completed is not null && (level + 1) % Tile.Height == 0)
            {
                completed.Add(new TileHash((level + 1) / Tile.Height, Size >> (level + 1), node.ToArray()));
            }
        }

        node.CopyTo(At(level));
        Size++;
    }

    /// <summary>The tree's root.</summary>
    /// <returns>32 bytes.</returns>
    public byte[] Root()
    {
        byte[] root = new byte[Merkle.HashLength];
        Root(root);
        return root;
    }

    /// <summary>The tree's root, into a buffer of the caller's.</summary>
    /// <param name="destination">32 bytes.</param>
    public void Root(Span<byte> destination)
    {
        if (Size == 0)
        {
            Merkle.EmptyRoot.CopyTo(destination);
            return;
        }

        int level = BitOperations.TrailingZeroCount(Size);
        At(level).CopyTo(destination);
        for (ulong rest = Size & (Size - 1); rest != 0; rest &= rest - 1)
        {
            Merkle.NodeHash(At(BitOperations.TrailingZeroCount(rest)), destination, destination);
        }
    }

    /// <summary>A frontier of its own with the same tree.</summary>
    /// <returns>The copy.</returns>
    public Frontier Clone() => new(Size, (byte[])_edge.Clone());

    private Span<byte> At(int level) => _edge.AsSpan(level * Merkle.HashLength, Merkle.HashLength);
}
