namespace Sealway.TlsCheck.Keys;

using System.Security.Cryptography;
using Sealway.TlsCheck.Suites;

/// <summary>The cipher of a suite, as far as a whole handshake can be done with it here.</summary>
/// <param name="Kind">Which operation.</param>
/// <param name="KeySize">In bytes.</param>
/// <param name="MacSize">The size of the MAC or of the tag, in bytes.</param>
/// <param name="BlockSize">In bytes; 0 where nothing is padded.</param>
/// <param name="Mac">The hash of the MAC of CBC suites.</param>
internal sealed record BulkCipher(BulkKind Kind, int KeySize, int MacSize, int BlockSize, HashAlgorithmName Mac)
{
    private const int TagSize = 16;
    private const int ShortTagSize = 8;

    /// <summary>The cipher of a suite; null if no whole handshake can be done with it here.</summary>
    public static BulkCipher? Of(CipherSuite suite)
    {
        bool Has(string part) => suite.Name.Contains(part, StringComparison.Ordinal);
        int key = Has("AES_256") ? 32 : 16;
        if (Has("CHACHA20_POLY1305"))
        {
            return Has("DRAFT") ? null : new(BulkKind.ChaCha20Poly1305, 32, TagSize, 0, default);
        }

        if (Has("_AES_") && Has("_GCM_"))
        {
            return new(BulkKind.Gcm, key, TagSize, 0, default);
        }

        if (Has("_AES_") && Has("_CCM"))
        {
            return new(BulkKind.Ccm, key, Has("CCM_8") ? ShortTagSize : TagSize, 0, default);
        }

        (HashAlgorithmName hash, int size) = Has("CBC_SHA384") ? (HashAlgorithmName.SHA384, 48) : Has("CBC_SHA256") ? (HashAlgorithmName.SHA256, 32) : (HashAlgorithmName.SHA1, 20);
        return Has("_CBC_SHA") && Has("_AES_") ? new(BulkKind.AesCbc, key, size, 16, hash)
            : Has("3DES_EDE_CBC_SHA") ? new(BulkKind.TripleDesCbc, 24, size, 8, hash)
            : null;
    }
}
