namespace Sealway.Messages;

using System.Security.Cryptography;

/// <summary>
/// HPKE, RFC 9180, single shot, base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; the primitives are the
/// base library's. The suite with AES-128-GCM exists for the RFC's vectors.
/// </summary>
public static class Hpke
{
    /// <summary>Bytes of an encapsulated key: an uncompressed point.</summary>
    public const int EncapsulatedSize = 65;

    /// <summary>Bytes that sealing adds to the plaintext.</summary>
    public const int TagSize = 16;

    private const int SecretSize = 32;
    private const int NonceSize = 12;
    private const ushort KemId = 0x0010;
    private const ushort KdfId = 0x0001;

    /// <summary>Seals to a key: SealBase of RFC 9180 section 6.1.</summary>
    /// <returns>The encapsulated key (65 bytes) and the ciphertext (16 bytes longer than the plaintext).</returns>
    public static (byte[] Encapsulated, byte[] Ciphertext) Seal(PublicKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        using AgreementKey ephemeral = AgreementKey.Generate();
        return Seal(ephemeral, recipient, info, aad, plaintext, Aead.Aes256Gcm);
    }

    /// <summary>Opens what was sealed to this key: OpenBase of RFC 9180 section 6.1.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.BadKey"/> or <see cref="Refusal.SealBroken"/>.</exception>
    public static byte[] Open(AgreementKey recipient, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext) =>
        Open(recipient, encapsulated, info, aad, ciphertext, Aead.Aes256Gcm);

    internal static (byte[] Encapsulated, byte[] Ciphertext) Seal(AgreementKey ephemeral, PublicKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext, Aead aead)
    {
        if (recipient.Use != KeyUse.Agree)
        {
            throw new MessageException(Refusal.WrongAlgorithm, "HPKE: the key is not for agreement");
        }

        byte[] encapsulated = ephemeral.PublicKey.Point.ToArray();
        byte[] dh = ephemeral.Agree(recipient);
        (byte[] key, byte[] nonce) = Schedule(dh, encapsulated, recipient, info, aead);
        try
        {
            byte[] ciphertext = new byte[plaintext.Length + TagSize];
            using AesGcm gcm = new(key, TagSize);
            gcm.Encrypt(nonce, plaintext, ciphertext.AsSpan(0, plaintext.Length), ciphertext.AsSpan(plaintext.Length), aad);
            return (encapsulated, ciphertext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    internal static byte[] Open(AgreementKey recipient, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext, Aead aead)
    {
        if (ciphertext.Length < TagSize)
        {
            throw new MessageException(Refusal.SealBroken, "HPKE: shorter than a tag");
        }

        // The import of the encapsulated point refuses what is not on the curve (RFC 9180 section 7.1.4).
        byte[] dh = recipient.Agree(PublicKey.FromPoint(encapsulated, KeyUse.Agree));
        (byte[] key, byte[] nonce) = Schedule(dh, encapsulated, recipient.PublicKey, info, aead);
        byte[] plaintext = new byte[ciphertext.Length - TagSize];
        try
        {
            using AesGcm gcm = new(key, TagSize);
            gcm.Decrypt(nonce, ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], plaintext, aad);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException inner)
        {
            throw new MessageException(Refusal.SealBroken, "HPKE", inner);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    internal static (byte[] Key, byte[] Nonce) Schedule(byte[] dh, ReadOnlySpan<byte> encapsulated, PublicKey recipient, ReadOnlySpan<byte> info, Aead aead)
    {
        // ExtractAndExpand of DHKEM, RFC 9180 section 4.1.
        byte[] kemSuite = [.. "KEM"u8, KemId >> 8, KemId & 0xFF];
        byte[] kemContext = [.. encapsulated, .. recipient.Point.Span];
        byte[] eaePrk = LabeledExtract(kemSuite, [], "eae_prk"u8, dh);
        byte[] shared = LabeledExpand(kemSuite, eaePrk, "shared_secret"u8, kemContext, SecretSize);

        // KeySchedule in base mode, RFC 9180 section 5.1: mode 0, empty psk and psk_id.
        byte[] suite = [.. "HPKE"u8, KemId >> 8, KemId & 0xFF, KdfId >> 8, KdfId & 0xFF, 0, (byte)aead];
        byte[] context = [0, .. LabeledExtract(suite, [], "psk_id_hash"u8, []), .. LabeledExtract(suite, [], "info_hash"u8, info)];
        byte[] secret = LabeledExtract(suite, shared, "secret"u8, []);
        byte[] key = LabeledExpand(suite, secret, "key"u8, context, aead == Aead.Aes256Gcm ? 32 : 16);
        byte[] nonce = LabeledExpand(suite, secret, "base_nonce"u8, context, NonceSize);
        CryptographicOperations.ZeroMemory(dh);
        CryptographicOperations.ZeroMemory(eaePrk);
        CryptographicOperations.ZeroMemory(shared);
        CryptographicOperations.ZeroMemory(secret);
        return (key, nonce);
    }

    // RFC 9180 section 4.
    private static byte[] LabeledExtract(ReadOnlySpan<byte> suite, byte[] salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm)
    {
        byte[] labeled = [.. "HPKE-v1"u8, .. suite, .. label, .. ikm];
        byte[] prk = HKDF.Extract(HashAlgorithmName.SHA256, labeled, salt);
        CryptographicOperations.ZeroMemory(labeled);
        return prk;
    }

    private static byte[] LabeledExpand(ReadOnlySpan<byte> suite, byte[] prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length) =>
        HKDF.Expand(HashAlgorithmName.SHA256, prk, length, [(byte)(length >> 8), (byte)length, .. "HPKE-v1"u8, .. suite, .. label, .. info]);

    /// <summary>The AEADs of RFC 9180 section 7.3 that the vectors need.</summary>
    internal enum Aead : byte
    {
        Aes128Gcm = 1,
        Aes256Gcm = 2,
    }
}
