namespace Sealway.TlsCheck.Keys;

using System.Security.Cryptography;
using Sealway.TlsCheck.Wire;

/// <summary>One key of an AEAD.</summary>
/// <param name="cipher">Which.</param>
/// <param name="key">The key.</param>
internal sealed class AeadKey(BulkCipher cipher, byte[] key)
{
    /// <summary>Ciphertext and tag.</summary>
    public byte[] Seal(byte[] nonce, ReadOnlySpan<byte> plain, byte[] associated)
    {
        byte[] sealedBytes = new byte[plain.Length + cipher.MacSize];
        Span<byte> text = sealedBytes.AsSpan(0, plain.Length);
        Span<byte> tag = sealedBytes.AsSpan(plain.Length);
        switch (cipher.Kind)
        {
            case BulkKind.Gcm:
                using (AesGcm gcm = new(key, cipher.MacSize))
                {
                    gcm.Encrypt(nonce, plain, text, tag, associated);
                }

                break;
            case BulkKind.Ccm:
                using (AesCcm ccm = new(key))
                {
                    ccm.Encrypt(nonce, plain, text, tag, associated);
                }

                break;
            default:
                using (ChaCha20Poly1305 chaCha = new(key))
                {
                    chaCha.Encrypt(nonce, plain, text, tag, associated);
                }

                break;
        }

        return sealedBytes;
    }

    /// <summary>What was sealed.</summary>
    /// <exception cref="MalformedException">It was not sealed with this key.</exception>
    public byte[] Open(byte[] nonce, ReadOnlySpan<byte> sealedBytes, byte[] associated)
    {
        if (sealedBytes.Length < cipher.MacSize)
        {
            throw new MalformedException("a sealed record shorter than its tag");
        }

        ReadOnlySpan<byte> text = sealedBytes[..^cipher.MacSize];
        ReadOnlySpan<byte> tag = sealedBytes[^cipher.MacSize..];
        byte[] plain = new byte[text.Length];
        try
        {
            switch (cipher.Kind)
            {
                case BulkKind.Gcm:
                    using (AesGcm gcm = new(key, cipher.MacSize))
                    {
                        gcm.Decrypt(nonce, text, tag, plain, associated);
                    }

                    break;
                case BulkKind.Ccm:
                    using (AesCcm ccm = new(key))
                    {
                        ccm.Decrypt(nonce, text, tag, plain, associated);
                    }

                    break;
                default:
                    using (ChaCha20Poly1305 chaCha = new(key))
                    {
                        chaCha.Decrypt(nonce, text, tag, plain, associated);
                    }

                    break;
            }
        }
        catch (CryptographicException)
        {
            throw new MalformedException("a record that was not sealed with the key in use");
        }

        return plain;
    }
}
