namespace Sealway.Messages;

/// <summary>The registered numbers that Sealway's messages use, in one place; those of drafts stand together at the end.</summary>
internal static class CoseLabels
{
    // Tags, RFC 9052 section 2.
    public const ulong Sign1Tag = 18;
    public const ulong Encrypt0Tag = 16;
    public const ulong EncryptTag = 96;

    // Header parameters, RFC 9052 section 3.1, RFC 9338 section 3, RFC 9597 section 2, RFC 9942 section 4.
    public const int Algorithm = 1;
    public const int ContentType = 3;
    public const int KeyId = 4;
    public const int Iv = 5;
    public const int PartialIv = 6;
    public const int CountersignatureV2 = 11;
    public const int CwtClaims = 15;
    public const int VerifiableDataStructure = 395;
    public const int VerifiableDataProofs = 396;

    // Claims, RFC 8392 section 4, RFC 9711 for the nonce; the negative ones are Sealway's own (private use).
    public const int Issuer = 1;
    public const int IssuedAt = 6;
    public const int CwtId = 7;
    public const int Nonce = 10;
    public const int Size = -65537;
    public const int RegistrySize = -65538;
    public const int From = -65539;

    // Algorithms, RFC 9053.
    public const int Es256 = -7;
    public const int A256Gcm = 3;

    // RFC 9942: RFC 9162 with SHA-256; label of inclusion proofs.
    public const int Rfc9162Sha256 = 1;
    public const int InclusionProofs = -1;

    // CoAP content format application/cbor, RFC 8949 section 9.5.
    public const int CborContent = 60;

    // draft-ietf-cose-hpke: HPKE-7 (integrated) and HPKE-7-KE (key encryption), and the encapsulated key's label.
    public const int HpkeIntegrated = 45;
    public const int HpkeKeyEncryption = 53;
    public const int EncapsulatedKey = -4;
}
