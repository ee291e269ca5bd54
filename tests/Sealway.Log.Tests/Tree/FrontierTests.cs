namespace Sealway.Log.Tests.Tree;

using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Sealway.Messages;

public sealed class FrontierTests
{
    [Fact]
    public void The_roots_of_the_reference_tree_are_the_published_ones()
    {
        Frontier frontier = new();
        Assert.Equal(Merkle.EmptyRoot.ToArray(), frontier.Root());
        for (int i = 0; i < 8; i++)
        {
            frontier.Append(Merkle.LeafHash(ReferenceTree.Entries[i]));
            Assert.Equal(ReferenceTree.Roots[i], frontier.Root());
        }
    }

    [Fact]
    public void Every_size_has_the_root_of_the_definition_and_one_hash_for_each_bit()
    {
        const int Sizes = 600;
        Naive naive = Naive.Counting(Sizes);
        Frontier frontier = new();
        for (int size = 0; size <= Sizes; size++)
        {
            Assert.Equal((ulong)size, frontier.Size);
            Assert.Equal(naive.Root(size), frontier.Root());
            Assert.Equal(BitOperations.PopCount((uint)size), frontier.Hashes.Count);
            Frontier again = Frontier.FromUntrusted((ulong)size, frontier.Hashes);
            Assert.Equal(frontier.Root(), again.Root());
            if (size < Sizes)
            {
                frontier.Append(naive.LeafHashes[size]);
            }
        }
    }

    [Fact]
    public void Appending_to_a_frontier_from_the_middle_gives_the_same_tree() =>
        Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 3000]).Sample(
            (before, after) =>
            {
                Naive naive = Naive.Counting(before + after);
                Frontier whole = new();
                foreach (byte[] hash in naive.LeafHashes.Take(before))
                {
                    whole.Append(hash);
                }

                Frontier middle = Frontier.FromUntrusted(whole.Size, whole.Hashes);
                foreach (byte[] hash in naive.LeafHashes.Skip(before))
                {
                    middle.Append(hash);
                }

                return middle.Size == (ulong)(before + after) && middle.Root().AsSpan().SequenceEqual(naive.Root(before + after));
            },
            iter: 30);

    [Fact]
    public void A_clone_goes_its_own_way()
    {
        Frontier one = new();
        one.Append(new byte[32]);
        byte[] root = one.Root();
        Frontier other = one.Clone();
        other.Append(new byte[32]);
        Assert.Equal(root, one.Root());
        Assert.Equal(1ul, one.Size);
        Assert.Equal(2ul, other.Size);
    }

    [Fact]
    public void The_hashes_handed_out_are_copies()
    {
        Frontier frontier = new();
        frontier.Append(new byte[32]);
        frontier.Hashes[0][0] = 1;
        Assert.Equal(new byte[32], frontier.Root());
    }

    [Fact]
    public void A_completed_block_of_256_gives_the_hash_of_an_interior_tile()
    {
        Naive naive = Naive.Counting(70000);
        Frontier frontier = new();
        List<TileHash> completed = [];
        foreach (byte[] hash in naive.LeafHashes)
        {
            frontier.Append(hash, completed);
        }

        Assert.Equal(70000 / 256, completed.Count(tile => tile.Level == 1));
        TileHash top = Assert.Single(completed, tile => tile.Level == 2);
        Assert.Equal(naive.Root(65536), top.Hash);
        Assert.Equal(0ul, top.Index);
        Assert.Equal(naive.Root(256), completed[0].Hash);
        Assert.Equal(Enumerable.Range(0, 273).Select(i => (ulong)i), completed.Where(tile => tile.Level == 1).Select(tile => tile.Index));
    }

    [Fact]
    public void A_frontier_that_does_not_fit_its_size_is_refused()
    {
        byte[] hash = RandomNumberGenerator.GetBytes(32);
        Assert.Throws<MessageException>(() => Frontier.FromUntrusted(0, [hash]));
        Assert.Throws<MessageException>(() => Frontier.FromUntrusted(1, []));
        Assert.Throws<MessageException>(() => Frontier.FromUntrusted(3, [hash]));
        Assert.Throws<MessageException>(() => Frontier.FromUntrusted(4, [hash, hash]));
        Assert.Throws<MessageException>(() => Frontier.FromUntrusted(1, [new byte[31]]));
        Assert.Throws<MessageException>(() => Frontier.FromUntrusted(1, [null!]));
        Assert.Throws<MessageException>(() => Frontier.FromUntrusted(1UL << 53, [hash]));
    }

    [Fact]
    public void A_full_tree_takes_no_more()
    {
        Frontier frontier = Frontier.FromUntrusted(Merkle.MaxSize, [.. Enumerable.Repeat(new byte[32], 53)]);
        Assert.Throws<InvalidOperationException>(() => frontier.Append(new byte[32]));
    }

    [Fact]
    public void Appending_allocates_nothing()
    {
        Frontier frontier = new();
        byte[] hash = RandomNumberGenerator.GetBytes(32);
        frontier.Append(hash);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            frontier.Append(hash);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
