namespace Sealway.TlsCheck.Suites;

using System.Globalization;
using System.Security.Cryptography;
using Sealway.TlsCheck.Wire;

/// <summary>A cipher suite and what its name says of it (IANA, TLS Cipher Suites; RFC 5246 appendix C).</summary>
/// <param name="Id">Its number on the wire; SSL 2 has three bytes, all others two.</param>
/// <param name="Name">Its name in the registry.</param>
internal sealed record CipherSuite(int Id, string Name)
{
    /// <summary>As the registry writes it: <c>0xC02F</c>.</summary>
    public string Number => Id > 0xFFFF ? string.Create(CultureInfo.InvariantCulture, $"0x{Id:X6}") : string.Create(CultureInfo.InvariantCulture, $"0x{Id:X4}");

    /// <summary>Whether it belongs to SSL 2.</summary>
    public bool IsSsl2 => Name.StartsWith("SSL_CK_", StringComparison.Ordinal);

    /// <summary>Whether it belongs to TLS 1.3, which chooses key exchange and signature apart from the suite.</summary>
    public bool IsTls13 => !IsSsl2 && !Has("_WITH_");

    /// <summary>How the key is exchanged and the server shows who it is: <c>ECDHE_RSA</c>; <c>any</c> in TLS 1.3.</summary>
    public string KeyExchange => IsTls13 ? "any" : IsSsl2 ? "RSA" : Name["TLS_".Length..Name.IndexOf("_WITH_", StringComparison.Ordinal)];

    /// <summary>Whether a recorded connection stays closed when the server's key is stolen later.</summary>
    public bool ForwardSecret => IsTls13 || KeyExchange.StartsWith("ECDHE_", StringComparison.Ordinal) || KeyExchange.StartsWith("DHE_", StringComparison.Ordinal)
        || KeyExchange.StartsWith("ECCPWD", StringComparison.Ordinal);

    /// <summary>Whether it is one of the weakened suites that were once made for export.</summary>
    public bool Export => Has("EXPORT");

    /// <summary>Whether nobody shows who they are.</summary>
    public bool Anonymous => Has("_anon_") || Name == "TLS_NULL_WITH_NULL_NULL";

    /// <summary>Whether encryption and authentication are one operation.</summary>
    public bool Aead => IsTls13 ? !Has("SHA256_SHA256") && !Has("SHA384_SHA384") : Has("_GCM_") || Has("_CCM") || Has("POLY1305") || Has("_MGM");

    /// <summary>Whether it chains blocks.</summary>
    public bool Cbc => Has("_CBC") || (IsSsl2 && (Has("RC2") || Has("DES") || Has("IDEA")));

    /// <summary>Whether it uses the stream cipher RC4.</summary>
    public bool Rc4 => Has("RC4");

    /// <summary>Whether its cipher works on blocks of 64 bits, which repeat after some 32 GiB (SWEET32).</summary>
    public bool SmallBlock => Has("DES") || Has("IDEA") || Has("RC2") || Has("28147");

    /// <summary>Whether it hides nothing.</summary>
    public bool Null => Has("_NULL_") || Name is "TLS_SHA256_SHA256" or "TLS_SHA384_SHA384";

    /// <summary>Whether the key is exchanged by encrypting it to the server's RSA key.</summary>
    public bool RsaKeyExchange => KeyExchange is "RSA" or "RSA_EXPORT" or "RSA_PSK" or "RSA_FIPS" or "RSA_EXPORT1024";

    /// <summary>The strength of its cipher in bits.</summary>
    public int Bits =>
        Null ? 0
        : Has("CHACHA20") || Has("_256_") || Has("28147") || Has("KUZNYECHIK") || Has("MAGMA") ? 256
        : Has("192_EDE3") || Has("3DES") ? 112
        : Has("RC4_40") || Has("DES40") || Has("CBC_40") || Has("EXPORT40") ? 40
        : Has("EXPORT1024") || Has("RC4_56") ? 56
        : IsSsl2 && Has("DES_64") ? 56
        : Has("DES_CBC") ? 56
        : 128;

    /// <summary>The hash of its key schedule: of TLS 1.3, and of the PRF of TLS 1.2.</summary>
    public HashAlgorithmName Hash => Name.EndsWith("_SHA384", StringComparison.Ordinal) ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    /// <summary>Whether a version has this suite.</summary>
    public bool FitsIn(ProtocolVersion version) => version switch
    {
        ProtocolVersion.Ssl2 => IsSsl2,
        ProtocolVersion.Tls13 => IsTls13,
        ProtocolVersion.Tls12 => !IsSsl2 && !IsTls13,
        ProtocolVersion.Ssl3 => FitsOld && !KeyExchange.StartsWith("EC", StringComparison.Ordinal),
        _ => FitsOld,
    };

    // What came with TLS 1.2 has a hash of its own in the name.
    private bool FitsOld => !IsSsl2 && !IsTls13 && !Aead && !Name.EndsWith("_SHA256", StringComparison.Ordinal) && !Name.EndsWith("_SHA384", StringComparison.Ordinal);

    private bool Has(string part) => Name.Contains(part, StringComparison.Ordinal);
}
