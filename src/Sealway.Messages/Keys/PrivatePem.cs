namespace Sealway.Messages;

using System.Security.Cryptography;

/// <summary>Private keys as PKCS#8 in PEM (RFC 5958, RFC 7468), with or without a passphrase.</summary>
internal static class PrivatePem
{
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);

    public static TKey Import<TKey>(TKey key, ReadOnlySpan<char> pem, ReadOnlySpan<char> passphrase)
        where TKey : ECAlgorithm
    {
        try
        {
            if (passphrase.IsEmpty)
            {
                key.ImportFromPem(pem);
            }
            else
            {
                key.ImportFromEncryptedPem(pem, passphrase);
            }

            return key;
        }
        catch (Exception inner) when (inner is CryptographicException or ArgumentException or NotSupportedException)
        {
            key.Dispose();
            throw new MessageException(Refusal.BadKey, "private key in PEM: not a PKCS#8 P-256 key, or another passphrase", inner);
        }
    }

    public static string Export(ECAlgorithm key, ReadOnlySpan<char> passphrase) =>
        passphrase.IsEmpty ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, Encryption);
}
