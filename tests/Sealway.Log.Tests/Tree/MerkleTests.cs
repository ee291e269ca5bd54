namespace Sealway.Log.Tests.Tree;

using System.Security.Cryptography;
using System.Text;
using CsCheck;

public sealed class MerkleTests
{
    // Source: transparency-dev/merkle, rfc6962/rfc6962_test.go.
    [Theory]
    [InlineData("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData("L123456", "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")]
    public void A_leaf_hashes_as_published(string entry, string hash) =>
        Assert.Equal(Convert.FromHexString(hash), Merkle.LeafHash(Encoding.ASCII.GetBytes(entry)));

    [Fact]
    public void The_empty_tree_has_the_hash_of_nothing_as_its_root() => Assert.Equal(SHA256.HashData([]), Merkle.EmptyRoot.ToArray());

    [Fact]
    public void A_leaf_of_any_length_hashes_with_its_prefix() =>
        Gen.Byte.Array[0, 5000].Sample(entry => Merkle.LeafHash(entry).AsSpan().SequenceEqual(SHA256.HashData([0, .. entry])), iter: 200);

    [Theory]
    [InlineData(1022)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(65535)]
    public void A_leaf_at_the_edge_of_a_buffer_hashes_with_its_prefix(int length)
    {
        byte[] entry = RandomNumberGenerator.GetBytes(length);
        Assert.Equal(SHA256.HashData([0, .. entry]), Merkle.LeafHash(entry));
    }

    [Fact]
    public void A_node_may_be_hashed_into_its_own_child()
    {
        byte[] left = RandomNumberGenerator.GetBytes(32);
        byte[] right = RandomNumberGenerator.GetBytes(32);
        byte[] expected = SHA256.HashData([1, .. left, .. right]);
        Assert.Equal(expected, Merkle.NodeHash(left, right));
        Merkle.NodeHash(left, right, right);
        Assert.Equal(expected, right);
    }

    [Theory]
    [InlineData(31, 33)]
    [InlineData(33, 31)]
    [InlineData(0, 64)]
    public void A_node_of_children_that_are_not_hashes_is_refused(int left, int right) =>
        Assert.Throws<ArgumentException>(() => Merkle.NodeHash(new byte[left], new byte[right]));
}
