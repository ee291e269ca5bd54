namespace Sealway.Log;

using System.Buffers;
using System.Security.Cryptography;

/// <summary>The hashes of the tree over a log's entries: RFC 9162 section 2.1.1 with SHA-256.</summary>
public static class Merkle
{
    /// <summary>A hash's length in bytes.</summary>
    public const int HashLength = 32;

    /// <summary>The largest tree: 2^53 − 1 entries, so that a browser's numbers hold every size and index.</summary>
    public const ulong MaxSize = (1UL << 53) - 1;

    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;

    // Entries up to this length are hashed from the stack; a signed reading has some 130 bytes.
    private const int StackLimit = 1024;

    /// <summary>The root of the empty tree: the hash of nothing.</summary>
    public static ReadOnlySpan<byte> EmptyRoot =>
    [
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
        0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ];

    /// <summary>The hash of a leaf: SHA-256(0x00 ‖ entry).</summary>
    /// <param name="entry">The entry's bytes as received, any length.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] LeafHash(ReadOnlySpan<byte> entry)
    {
        byte[] hash = new byte[HashLength];
        LeafHash(entry, hash);
        return hash;
    }

    /// <summary>The hash of a leaf, into a buffer of the caller's.</summary>
    /// <param name="entry">The entry's bytes as received, any length.</param>
    /// <param name="destination">32 bytes.</param>
    /// <exception cref="ArgumentException">The destination is not 32 bytes long.</exception>
    public static void LeafHash(ReadOnlySpan<byte> entry, Span<byte> destination)
    {
        RequireHash(destination.Length, nameof(destination));
        byte[]? rented = null;
        Span<byte> buffer = entry.Length < StackLimit
            ? stackalloc byte[StackLimit]
            : rented = ArrayPool<byte>.Shared.Rent(entry.Length + 1);
        buffer = buffer[..(entry.Length + 1)];
        buffer[0] = LeafPrefix;
        entry.CopyTo(buffer[1..]);
        SHA256.HashData(buffer, destination);
        if (rented is not null)
        {
            // What others rent next must not find a patient's reading in it.
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).</summary>
    /// <param name="left">32 bytes.</param>
    /// <param name="right">32 bytes.</param>
    /// <returns>32 bytes.</returns>
    /// <exception cref="ArgumentException">A hash is not 32 bytes long.</exception>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        byte[] hash = new byte[HashLength];
        NodeHash(left, right, hash);
        return hash;
    }

    /// <summary>The hash of an inner node, into a buffer of the caller's, which may be one of the two children.</summary>
    /// <param name="left">32 bytes.</param>
    /// <param name="right">32 bytes.</param>
    /// <param name="destination">32 bytes.</param>
    /// <exception cref="ArgumentException">A hash or the destination is not 32 bytes long.</exception>
    public static void NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> destination)
    {
        // Without this, bytes could be moved from one child to the other and the hash stay the same.
        RequireHash(left.Length, nameof(left));
        RequireHash(right.Length, nameof(right));
        RequireHash(destination.Length, nameof(destination));
        Span<byte> buffer = stackalloc byte[1 + (2 * HashLength)];
        buffer[0] = NodePrefix;
        left.CopyTo(buffer[1..]);
        right.CopyTo(buffer[(1 + HashLength)..]);
        SHA256.HashData(buffer, destination);
    }

    private static void RequireHash(int length, string name)
    {
        if (length != HashLength)
        {
            throw new ArgumentException($"a hash has {HashLength} bytes, not {length}", name);
        }
    }
}
