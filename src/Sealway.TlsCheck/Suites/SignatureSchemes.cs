namespace Sealway.TlsCheck.Suites;

/// <summary>The signature schemes of handshakes (RFC 8446 section 4.2.3).</summary>
internal static class SignatureSchemes
{
    /// <summary>Everything, weak ones too, so that an old server need not refuse for the want of one.</summary>
    public static IReadOnlyList<ushort> All { get; } =
        [0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0807, 0x0808, 0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0502, 0x0602, 0x0302, 0x0202, 0x0101, 0x081A, 0x081B, 0x081C];

    /// <summary>Those that a certificate with an RSA key answers.</summary>
    public static IReadOnlyList<ushort> Rsa { get; } = [0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601, 0x0301, 0x0201];

    /// <summary>Those that a certificate with an ECDSA key answers.</summary>
    public static IReadOnlyList<ushort> Ecdsa { get; } = [0x0403, 0x0503, 0x0603, 0x0303, 0x0203, 0x081A, 0x081B, 0x081C];

    /// <summary>Ed25519 and Ed448.</summary>
    public static IReadOnlyList<ushort> EdDsa { get; } = [0x0807, 0x0808];

    public static string Name(int scheme) => scheme switch
    {
        0x0101 => "rsa_pkcs1_md5",
        0x0201 => "rsa_pkcs1_sha1",
        0x0202 => "dsa_sha1",
        0x0203 => "ecdsa_sha1",
        0x0301 => "rsa_pkcs1_sha224",
        0x0302 => "dsa_sha224",
        0x0303 => "ecdsa_sha224",
        0x0401 => "rsa_pkcs1_sha256",
        0x0402 => "dsa_sha256",
        0x0403 => "ecdsa_secp256r1_sha256",
        0x0501 => "rsa_pkcs1_sha384",
        0x0502 => "dsa_sha384",
        0x0503 => "ecdsa_secp384r1_sha384",
        0x0601 => "rsa_pkcs1_sha512",
        0x0602 => "dsa_sha512",
        0x0603 => "ecdsa_secp521r1_sha512",
        0x0804 => "rsa_pss_rsae_sha256",
        0x0805 => "rsa_pss_rsae_sha384",
        0x0806 => "rsa_pss_rsae_sha512",
        0x0807 => "ed25519",
        0x0808 => "ed448",
        0x0809 => "rsa_pss_pss_sha256",
        0x080A => "rsa_pss_pss_sha384",
        0x080B => "rsa_pss_pss_sha512",
        0x081A => "ecdsa_brainpoolP256r1tls13_sha256",
        0x081B => "ecdsa_brainpoolP384r1tls13_sha384",
        0x081C => "ecdsa_brainpoolP512r1tls13_sha512",
        -1 => "rsa_pkcs1_md5_sha1",
        _ => $"0x{scheme:X4}",
    };
}
