namespace Sealway.TlsCheck.Suites;

using System.Net.Security;
using Sealway.TlsCheck.Wire;

/// <summary>Every suite that the prober can name.</summary>
internal static class CipherSuites
{
    /// <summary>The signal that a client fell back on purpose (RFC 7507); not a suite.</summary>
    public const ushort FallbackScsv = 0x5600;

    /// <summary>The signal for secure renegotiation (RFC 5746); not a suite.</summary>
    public const ushort RenegotiationScsv = 0x00FF;

    // What old or foreign stacks speak and the platform's list lacks.
    private static readonly CipherSuite[] Others =
    [
        new(0x0060, "TLS_RSA_EXPORT1024_WITH_RC4_56_MD5"),
        new(0x0061, "TLS_RSA_EXPORT1024_WITH_RC2_CBC_56_MD5"),
        new(0x0062, "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA"),
        new(0x0063, "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA"),
        new(0x0064, "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA"),
        new(0x0065, "TLS_DHE_DSS_EXPORT1024_WITH_RC4_56_SHA"),
        new(0x0066, "TLS_DHE_DSS_WITH_RC4_128_SHA"),
        new(0x0081, "TLS_GOSTR341001_WITH_28147_CNT_IMIT"),
        new(0x0083, "TLS_GOSTR341001_WITH_NULL_GOSTR3411"),
        new(0xC100, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC"),
        new(0xC101, "TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC"),
        new(0xC102, "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT"),
        new(0xC0B4, "TLS_SHA256_SHA256"),
        new(0xC0B5, "TLS_SHA384_SHA384"),
        new(0x00C6, "TLS_SM4_GCM_SM3"),
        new(0x00C7, "TLS_SM4_CCM_SM3"),
        new(0xCC13, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_DRAFT"),
        new(0xCC14, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256_DRAFT"),
        new(0xCC15, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256_DRAFT"),
        new(0xFEFE, "TLS_RSA_FIPS_WITH_DES_CBC_SHA"),
        new(0xFEFF, "TLS_RSA_FIPS_WITH_3DES_EDE_CBC_SHA"),
        new(0x010080, "SSL_CK_RC4_128_WITH_MD5"),
        new(0x020080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5"),
        new(0x030080, "SSL_CK_RC2_128_CBC_WITH_MD5"),
        new(0x040080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"),
        new(0x050080, "SSL_CK_IDEA_128_CBC_WITH_MD5"),
        new(0x060040, "SSL_CK_DES_64_CBC_WITH_MD5"),
        new(0x0700C0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"),
    ];

    private static readonly Dictionary<int, CipherSuite> ById = Enum.GetValues<TlsCipherSuite>()
        .Where(suite => suite != TlsCipherSuite.TLS_NULL_WITH_NULL_NULL)
        .Select(suite => new CipherSuite((int)suite, suite.ToString()))
        .Concat(Others)
        .DistinctBy(suite => suite.Id)
        .ToDictionary(suite => suite.Id);

    /// <summary>All, by number.</summary>
    public static IReadOnlyCollection<CipherSuite> All => ById.Values;

    /// <summary>The suite with a number, under a made-up name if it is unknown.</summary>
    public static CipherSuite Of(int id) => ById.GetValueOrDefault(id) ?? new CipherSuite(id, $"TLS_UNKNOWN_WITH_{id:X4}");

    /// <summary>The suites to offer for a version: the usual ones first, so that the first flight already meets an answer.</summary>
    public static IReadOnlyList<CipherSuite> For(ProtocolVersion version) =>
        [.. All.Where(suite => suite.FitsIn(version)).OrderBy(Rarity).ThenBy(suite => suite.Id)];

    private static int Rarity(CipherSuite suite) =>
        suite.KeyExchange is "ECDHE_RSA" or "ECDHE_ECDSA" or "RSA" or "DHE_RSA" or "any" && !suite.Name.Contains("ARIA", StringComparison.Ordinal) ? 0
        : suite.Anonymous || suite.Export || suite.KeyExchange is "DHE_DSS" or "ECDH_RSA" or "ECDH_ECDSA" ? 1
        : 2;
}
