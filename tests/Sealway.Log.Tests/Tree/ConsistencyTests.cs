namespace Sealway.Log.Tests.Tree;

using CsCheck;

public sealed class ConsistencyTests
{
    [Fact]
    public async Task The_published_proofs_are_made_and_verify()
    {
        Assert.Equal(5, ReferenceTree.Consistencies.Count);
        MemoryTiles tiles = new(ReferenceTree.Entries.Select(entry => Merkle.LeafHash(entry)));
        foreach ((int first, int second, IReadOnlyList<byte[]> path) in ReferenceTree.Consistencies)
        {
            Assert.Equal(path, await Consistency.Prove(tiles, (ulong)first, (ulong)second, TestContext.Current.CancellationToken));
            Assert.True(Consistency.Verify((ulong)first, (ulong)second, ReferenceTree.Roots[first - 1], ReferenceTree.Roots[second - 1], path));
        }
    }

    [Fact]
    public async Task Every_proof_between_sizes_is_that_of_the_definition()
    {
        Naive naive = Naive.Counting(600);
        MemoryTiles tiles = new(naive.LeafHashes);
        for (int second = 1; second <= 600; second++)
        {
            int step = second <= 70 ? 1 : 61;
            for (int first = 1; first <= second; first += first >= second - 2 || first < 3 ? 1 : step)
            {
                IReadOnlyList<byte[]> path = await Consistency.Prove(tiles, (ulong)first, (ulong)second, TestContext.Current.CancellationToken);
                Assert.Equal(naive.Consistency(first, second), path);
                Assert.True(Consistency.Verify((ulong)first, (ulong)second, naive.Root(first), naive.Root(second), path));
            }
        }
    }

    [Fact]
    public async Task Proofs_between_large_trees_are_those_of_the_definition()
    {
        Naive naive = Naive.Counting(140000);
        MemoryTiles tiles = new(naive.LeafHashes);
        await Gen.Int[1, 140000].SelectMany(second => Gen.Int[1, second].Select(first => (first, second))).SampleAsync(
            async at =>
            {
                IReadOnlyList<byte[]> path = await Consistency.Prove(tiles, (ulong)at.first, (ulong)at.second);
                Assert.Equal(naive.Consistency(at.first, at.second), path);
                Assert.True(Consistency.Verify((ulong)at.first, (ulong)at.second, naive.Root(at.first), naive.Root(at.second), path));
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public void A_proof_with_anything_wrong_never_verifies() =>
        Gen.Int[2, 300].SelectMany(second => Gen.Select(Gen.Int[1, second - 1], Gen.Const(second), Gen.Int[0, 255])).Sample(
            (first, second, bit) =>
            {
                Naive naive = Naive.Counting(second);
                List<byte[]> path = naive.Consistency(first, second);
                byte[] one = naive.Root(first);
                byte[] two = naive.Root(second);
                ulong m = (ulong)first;
                ulong n = (ulong)second;
                Assert.True(Consistency.Verify(m, n, one, two, path));

                Assert.False(Consistency.Verify(m, n, InclusionTests.Flip(one, bit), two, path));
                Assert.False(Consistency.Verify(m, n, one, InclusionTests.Flip(two, bit), path));
                Assert.False(Consistency.Verify(m, n, two, one, path));
                Assert.False(Consistency.Verify(m, n, one, two, []));
                Assert.False(Consistency.Verify(n, m, two, one, path));
                for (int at = 0; at < path.Count; at++)
                {
                    List<byte[]> flipped = [.. path];
                    flipped[at] = InclusionTests.Flip(path[at], bit);
                    Assert.False(Consistency.Verify(m, n, one, two, flipped));
                    Assert.False(Consistency.Verify(m, n, one, two, [.. path[..at], .. path[(at + 1)..]]));
                    Assert.False(Consistency.Verify(m, n, one, two, [.. path[..at], null!, .. path[(at + 1)..]]));
                }

                for (int at = 0; at <= path.Count; at++)
                {
                    Assert.False(Consistency.Verify(m, n, one, two, [.. path[..at], one, .. path[at..]]));
                    Assert.False(Consistency.Verify(m, n, one, two, [.. path[..at], two, .. path[at..]]));
                    Assert.False(Consistency.Verify(m, n, one, two, [.. path[..at], [], .. path[at..]]));
                }

                for (ulong other = 0; other <= n + 1; other++)
                {
                    Assert.Equal(other == m, Consistency.Verify(other, n, one, two, path));
                }

                Assert.False(Consistency.Verify(m, n * 2, one, two, path));
                Assert.False(Consistency.Verify(m, n / 2, one, two, path));
                Assert.False(Consistency.Verify(m, ulong.MaxValue, one, two, path));
            },
            iter: 60);

    [Fact]
    public void Equal_and_empty_trees_are_consistent_by_an_empty_path_alone()
    {
        byte[] empty = Merkle.EmptyRoot.ToArray();
        byte[] one = ReferenceTree.Roots[0];
        byte[] two = ReferenceTree.Roots[1];
        Assert.True(Consistency.Verify(0, 0, empty, empty, []));
        Assert.True(Consistency.Verify(0, 2, empty, two, []));
        Assert.True(Consistency.Verify(2, 2, two, two, []));
        Assert.False(Consistency.Verify(0, 0, one, one, []));
        Assert.False(Consistency.Verify(0, 2, one, two, []));
        Assert.False(Consistency.Verify(2, 2, one, two, []));
        Assert.False(Consistency.Verify(2, 1, two, one, []));
        Assert.False(Consistency.Verify(0, 0, empty, empty, [empty]));
        Assert.False(Consistency.Verify(0, 2, empty, two, [two]));
        Assert.False(Consistency.Verify(2, 2, two, two, [two]));
        Assert.False(Consistency.Verify(2, 2, [], [], []));
    }

    [Fact]
    public async Task Sizes_out_of_order_have_no_proof()
    {
        MemoryTiles tiles = new(Naive.Counting(4).LeafHashes);
        CancellationToken ct = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Consistency.Prove(tiles, 3, 2, ct));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Consistency.Prove(tiles, 1, 1UL << 53, ct));
        Assert.Empty(await Consistency.Prove(tiles, 0, 4, ct));
        Assert.Empty(await Consistency.Prove(tiles, 4, 4, ct));
    }
}
