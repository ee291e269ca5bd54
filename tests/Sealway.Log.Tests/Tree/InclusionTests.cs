namespace Sealway.Log.Tests.Tree;

using CsCheck;

public sealed class InclusionTests
{
    [Fact]
    public async Task The_published_proofs_are_made_and_verify()
    {
        Assert.Equal(5, ReferenceTree.Inclusions.Count);
        byte[][] leaves = [.. ReferenceTree.Entries.Select(entry => Merkle.LeafHash(entry))];
        MemoryTiles tiles = new(leaves);
        foreach ((int index, int size, IReadOnlyList<byte[]> path) in ReferenceTree.Inclusions)
        {
            Assert.Equal(path, await Inclusion.Prove(tiles, (ulong)index, (ulong)size, TestContext.Current.CancellationToken));
            Assert.True(Inclusion.Verify(leaves[index], (ulong)index, (ulong)size, path, ReferenceTree.Roots[size - 1]));
        }
    }

    [Fact]
    public async Task Every_proof_of_every_size_is_that_of_the_definition()
    {
        Naive naive = Naive.Counting(600);
        MemoryTiles tiles = new(naive.LeafHashes);
        for (int size = 1; size <= 600; size++)
        {
            // All indexes of the small trees, of the larger ones the edges and a few between.
            int step = size <= 130 ? 1 : 37;
            ulong[] indexes = [.. Enumerable.Range(0, size).Where(i => i % step == 0 || i >= size - 2 || i is 255 or 256 or 511 or 512).Select(i => (ulong)i)];
            IReadOnlyList<IReadOnlyList<byte[]>> paths = await Inclusion.Prove(tiles, indexes, (ulong)size, TestContext.Current.CancellationToken);
            for (int i = 0; i < indexes.Length; i++)
            {
                Assert.Equal(naive.Inclusion((int)indexes[i], size), paths[i]);
                Assert.True(Inclusion.Verify(naive.LeafHashes[(int)indexes[i]], indexes[i], (ulong)size, paths[i], naive.Root(size)));
            }
        }
    }

    [Fact]
    public async Task Proofs_in_large_trees_are_those_of_the_definition()
    {
        Naive naive = Naive.Counting(140000);
        MemoryTiles tiles = new(naive.LeafHashes);
        await Gen.Int[1, 140000].SelectMany(size => Gen.Int[0, size - 1].Select(index => (size, index))).SampleAsync(
            async at =>
            {
                IReadOnlyList<byte[]> path = await Inclusion.Prove(tiles, (ulong)at.index, (ulong)at.size);
                Assert.Equal(naive.Inclusion(at.index, at.size), path);
                Assert.True(Inclusion.Verify(naive.LeafHashes[at.index], (ulong)at.index, (ulong)at.size, path, naive.Root(at.size)));
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public void A_proof_with_anything_wrong_never_verifies() =>
        Gen.Int[1, 300].SelectMany(size => Gen.Select(Gen.Const(size), Gen.Int[0, size - 1], Gen.Int[0, 255])).Sample(
            (size, index, bit) =>
            {
                Naive naive = Naive.Counting(size);
                List<byte[]> path = naive.Inclusion(index, size);
                byte[] leaf = naive.LeafHashes[index];
                byte[] root = naive.Root(size);
                ulong i = (ulong)index;
                ulong n = (ulong)size;
                Assert.True(Inclusion.Verify(leaf, i, n, path, root));

                Assert.False(Inclusion.Verify(Flip(leaf, bit), i, n, path, root));
                Assert.False(Inclusion.Verify(leaf, i, n, path, Flip(root, bit)));
                for (int at = 0; at < path.Count; at++)
                {
                    List<byte[]> flipped = [.. path];
                    flipped[at] = Flip(path[at], bit);
                    Assert.False(Inclusion.Verify(leaf, i, n, flipped, root));
                    Assert.False(Inclusion.Verify(leaf, i, n, [.. path[..at], .. path[(at + 1)..]], root));
                    Assert.False(Inclusion.Verify(leaf, i, n, [.. path[..at], path[at][1..], .. path[(at + 1)..]], root));
                    Assert.False(Inclusion.Verify(leaf, i, n, [.. path[..at], null!, .. path[(at + 1)..]], root));
                }

                for (int at = 0; at <= path.Count; at++)
                {
                    Assert.False(Inclusion.Verify(leaf, i, n, [.. path[..at], root, .. path[at..]], root));
                    Assert.False(Inclusion.Verify(leaf, i, n, [.. path[..at], [], .. path[at..]], root));
                }

                for (ulong other = 0; other <= n + 1; other++)
                {
                    Assert.Equal(other == i, Inclusion.Verify(leaf, other, n, path, root));
                }

                Assert.False(Inclusion.Verify(leaf, i, n * 2, path, root));
                Assert.False(Inclusion.Verify(leaf, i, n / 2, path, root));
                Assert.False(Inclusion.Verify(leaf, i, 0, path, root));
                Assert.False(Inclusion.Verify(leaf, i, ulong.MaxValue, path, root));
                Assert.False(Inclusion.Verify(leaf, ulong.MaxValue, n, path, root));
                Assert.False(Inclusion.Verify([], i, n, path, root));
                Assert.False(Inclusion.Verify(leaf, i, n, path, []));
            },
            iter: 60);

    [Fact]
    public void Where_another_size_has_the_same_path_the_shape_alone_decides()
    {
        // The path of entry 0 of 3 and of 4 has two hashes: a proof binds root and size together only through the head that signs both.
        Naive naive = Naive.Counting(4);
        Assert.False(Inclusion.Verify(naive.LeafHashes[0], 0, 4, naive.Inclusion(0, 3), naive.Root(4)));
        Assert.False(Inclusion.Verify(naive.LeafHashes[2], 2, 4, naive.Inclusion(2, 3), naive.Root(3)));
    }

    [Fact]
    public async Task Tiles_are_asked_for_with_their_width_in_the_tree_and_once()
    {
        MemoryTiles tiles = new(Naive.Counting(700).LeafHashes);
        await Inclusion.Prove(tiles, [0, 255, 256, 699], 700, TestContext.Current.CancellationToken);
        Assert.Equal(tiles.Reads.Distinct().Count(), tiles.Reads.Count);
        Assert.All(tiles.Reads, read => Assert.Equal(Tile.WidthIn(read.Level, read.Index, 700), read.Width));
        Assert.Contains((0, 2ul, 188), tiles.Reads);
        Assert.Contains((1, 0ul, 2), tiles.Reads);
    }

    [Fact]
    public async Task An_index_outside_the_tree_and_a_tile_not_held_are_told_apart()
    {
        MemoryTiles tiles = new(Naive.Counting(10).LeafHashes);
        CancellationToken ct = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Inclusion.Prove(tiles, 10, 10, ct));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Inclusion.Prove(tiles, 0, 1UL << 53, ct));
        TileMissingException missing = await Assert.ThrowsAsync<TileMissingException>(() => Inclusion.Prove(tiles, 0, 11, ct));
        Assert.Equal((0, 0ul, 11), (missing.Level, missing.Index, missing.Width));
    }

    internal static byte[] Flip(byte[] bytes, int bit)
    {
        byte[] flipped = [.. bytes];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }
}
