namespace Sealway.Fuzz.Targets;

using System.Buffers.Binary;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Log;
using Sealway.Messages;

internal sealed class ProofTarget : FuzzTarget
{
    private const int Fixed = 32 + 8 + 8;

    public override string Name => "proof";

    public override string Why => "anybody's inclusion and consistency proofs and frontiers: the product's loops agree with RFC 9162's recursion";

    public override int MostBytes => Fixed + (60 * 32);

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors)
    {
        foreach ((int index, int size) in new[] { (0, 1), (0, 2), (1, 2), (2, 3), (6, 7), (3, 8), (4, 8), (10, 100), (64, 100), (99, 100) })
        {
            byte[][] leaves = [.. Enumerable.Range(0, size).Select(i => PlainTree.Leaf([(byte)i]))];
            byte[] head = new byte[Fixed];
            leaves[index].CopyTo(head, 0);
            BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(32), (ulong)index);
            BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(40), (ulong)size);
            yield return [.. head, .. PlainTree.Path(leaves, index).SelectMany(hash => hash)];
        }
    }

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        if (input.Length < Fixed)
        {
            throw new MessageException(Refusal.WrongCount, "proof");
        }

        byte[] first = input.Span[..32].ToArray();
        ulong index = BinaryPrimitives.ReadUInt64BigEndian(input.Span[32..]);
        ulong size = BinaryPrimitives.ReadUInt64BigEndian(input.Span[40..]);
        byte[][] path = [.. Enumerable.Range(0, (input.Length - Fixed) / 32).Select(i => input.Slice(Fixed + (32 * i), 32).ToArray())];
        Included(first, index, size, path);
        Consistent(first, index, size, path);
        if (Require.Accepted(() => Frontier.FromUntrusted(size, path)) is { } frontier)
        {
            Require.That(frontier.Size == size && frontier.Hashes.Zip(path).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)), "a frontier's hashes");
        }
    }

    private static void Included(byte[] leaf, ulong index, ulong size, byte[][] path)
    {
        byte[]? expected = size <= Merkle.MaxSize ? PlainTree.Climb(leaf, index, size, path) : null;
        byte[]? root = Inclusion.Root(leaf, index, size, path);
        Require.That((root is null) == (expected is null) && (root is null || root.AsSpan().SequenceEqual(expected)), "an inclusion proof leads elsewhere");
    }

    private static void Consistent(byte[] first, ulong from, ulong to, byte[][] path)
    {
        if (from == 0 || from >= to || to > Merkle.MaxSize)
        {
            _ = Consistency.Verify(from, to, first, first, path);
            return;
        }

        if (PlainTree.Climb(first, from, to, whole: true, path) is { } roots)
        {
            Require.That(Consistency.Verify(from, to, roots.First, roots.Second, path), "a consistency proof is not believed");
            roots.Second[0] ^= 1;
            Require.That(!Consistency.Verify(from, to, roots.First, roots.Second, path), "a consistency proof is believed of another tree");
        }
        else
        {
            Require.That(!Consistency.Verify(from, to, first, first, path), "a consistency proof without a shape is believed");
        }
    }
}
