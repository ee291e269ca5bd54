namespace Sealway.TlsCheck.Suites;

using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Parameters;

/// <summary>Diffie-Hellman primes that many servers share. Whoever breaks one breaks them all (Logjam), which matters for the small ones.</summary>
internal static class CommonPrimes
{
    private static readonly Dictionary<string, string> ByHash = List().ToDictionary(one => Fingerprint(one.Prime), one => one.Name, StringComparer.Ordinal);

    /// <summary>The size in bits.</summary>
    public static int Bits(byte[] prime) => (int)new BigInteger(prime, isUnsigned: true, isBigEndian: true).GetBitLength();

    /// <summary>What it is called, or null.</summary>
    public static string? Name(byte[] prime) => ByHash.GetValueOrDefault(Fingerprint(prime));

    private static string Fingerprint(byte[] prime) => Convert.ToHexString(SHA256.HashData(prime.AsSpan().TrimStart((byte)0)));

    private static IEnumerable<(byte[] Prime, string Name)> List()
    {
        (DHParameters Parameters, string Name)[] known =
        [
            (DHStandardGroups.rfc2409_768, "RFC 2409 group 1"),
            (DHStandardGroups.rfc2409_1024, "RFC 2409 group 2"),
            (DHStandardGroups.rfc3526_1536, "RFC 3526 group 5"),
            (DHStandardGroups.rfc3526_2048, "RFC 3526 group 14"),
            (DHStandardGroups.rfc3526_3072, "RFC 3526 group 15"),
            (DHStandardGroups.rfc3526_4096, "RFC 3526 group 16"),
            (DHStandardGroups.rfc3526_6144, "RFC 3526 group 17"),
            (DHStandardGroups.rfc3526_8192, "RFC 3526 group 18"),
            (DHStandardGroups.rfc7919_ffdhe2048, "ffdhe2048"),
            (DHStandardGroups.rfc7919_ffdhe3072, "ffdhe3072"),
            (DHStandardGroups.rfc7919_ffdhe4096, "ffdhe4096"),
            (DHStandardGroups.rfc7919_ffdhe6144, "ffdhe6144"),
            (DHStandardGroups.rfc7919_ffdhe8192, "ffdhe8192"),
        ];
        return known.Select(one => (one.Parameters.P.ToByteArrayUnsigned(), one.Name));
    }
}
