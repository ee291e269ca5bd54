namespace Sealway.Log.Tests.Tree;

public sealed class TileTests
{
    // Source: C2SP tlog-tiles, "Merkle tree": a tree of 70,000 entries has 273 full tiles of level 0 and a partial one of 112,
    // at level 1 a full tile and a partial one of 17, at level 2 a partial one of 1.
    [Theory]
    [InlineData(0, 272, 256)]
    [InlineData(0, 273, 112)]
    [InlineData(0, 274, 0)]
    [InlineData(1, 0, 256)]
    [InlineData(1, 1, 17)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(3, 0, 0)]
    public void A_tree_of_70000_has_the_published_tiles(int level, ulong index, int width) =>
        Assert.Equal(width, Tile.WidthIn(level, index, 70000));

    [Fact]
    public void The_largest_tree_has_tiles_up_to_the_highest_level()
    {
        Assert.Equal(31, Tile.WidthIn(Tile.MaxLevel, 0, Merkle.MaxSize));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tile.WidthIn(Tile.MaxLevel + 1, 0, Merkle.MaxSize));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tile.WidthIn(-1, 0, 1));
    }
}
