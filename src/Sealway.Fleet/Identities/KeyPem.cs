namespace Sealway.Fleet;

using System.Security.Cryptography;
using Sealway.Messages;

/// <summary>Private keys in PEM files: what is read is erased, and a passphrase that is missing or wrong is named as such.</summary>
internal static class KeyPem
{
    public delegate T Take<out T>(ReadOnlySpan<char> pem, ReadOnlySpan<char> passphrase);

    private const string Encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

    public static SigningKey LoadSigning(string path, ReadOnlySpan<char> passphrase) => Load(path, passphrase, SigningKey.FromPem);

    public static AgreementKey LoadAgreement(string path, ReadOnlySpan<char> passphrase) => Load(path, passphrase, AgreementKey.FromPem);

    public static ECDsa LoadEcdsa(string path, ReadOnlySpan<char> passphrase) => Load(path, passphrase, static (pem, secret) =>
    {
        ECDsa key = ECDsa.Create();
        try
        {
            if (secret.IsEmpty)
            {
                key.ImportFromPem(pem);
            }
            else
            {
                key.ImportFromEncryptedPem(pem, secret);
            }

            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    });

    public static void Save(string path, ECDsa key, ReadOnlySpan<char> passphrase)
    {
        // PBES2 with AES-256-CBC and PBKDF2-SHA-256, as for signing keys.
        PbeParameters encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);
        PrivateFile.Write(path, passphrase.IsEmpty ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, encryption));
    }

    private static T Load<T>(string path, ReadOnlySpan<char> passphrase, Take<T> take)
    {
        char[] pem = PrivateFile.ReadText(path);
        try
        {
            bool encrypted = pem.AsSpan().IndexOf(Encrypted) >= 0;
            if (encrypted && passphrase.IsEmpty)
            {
                throw new FleetFileException(path, "the key is locked with a passphrase, and none was given");
            }

            return take(pem, encrypted ? passphrase : default);
        }
        catch (Exception inner) when (inner is MessageException or CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new FleetFileException(path, "it holds no P-256 key in PKCS#8 PEM, or the passphrase is another", inner);
        }
        finally
        {
            Array.Clear(pem);
        }
    }
}
