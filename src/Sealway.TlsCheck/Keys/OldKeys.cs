namespace Sealway.TlsCheck.Keys;

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Sealway.TlsCheck.Wire;

/// <summary>The keys of TLS 1.0 to 1.2 (RFC 2246 section 5, RFC 5246 section 5).</summary>
internal static class OldKeys
{
    /// <summary>The size of the master secret in bytes.</summary>
    public const int MasterSize = 48;

    private const int VerifySize = 12;

    /// <summary>The pseudo-random function of a version.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "What the version prescribes; it protects nothing of ours.")]
    [SuppressMessage("Security", "CA5351", Justification = "What the version prescribes; it protects nothing of ours.")]
    public static byte[] Prf(ProtocolVersion version, HashAlgorithmName hash, byte[] secret, string label, byte[] seed, int length)
    {
        byte[] labelled = [.. Encoding.ASCII.GetBytes(label), .. seed];
        if (version >= ProtocolVersion.Tls12)
        {
            return Expand(hash, secret, labelled, length);
        }

        int half = (secret.Length + 1) / 2;
        byte[] one = Expand(HashAlgorithmName.MD5, secret[..half], labelled, length);
        byte[] other = Expand(HashAlgorithmName.SHA1, secret[^half..], labelled, length);
        return [.. one.Zip(other, (left, right) => (byte)(left ^ right))];
    }

    /// <summary>The hash of all messages so far, as this version signs and finishes it.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "What the version prescribes.")]
    [SuppressMessage("Security", "CA5351", Justification = "What the version prescribes.")]
    public static byte[] HashOf(ProtocolVersion version, HashAlgorithmName hash, byte[] messages) => version >= ProtocolVersion.Tls12
        ? CryptographicOperations.HashData(hash, messages)
        : [.. MD5.HashData(messages), .. SHA1.HashData(messages)];

    /// <summary>What a Finished holds.</summary>
    public static byte[] Verify(ProtocolVersion version, HashAlgorithmName hash, byte[] master, bool client, byte[] messages) =>
        Prf(version, hash, master, client ? "client finished" : "server finished", HashOf(version, hash, messages), VerifySize);

    private static byte[] Expand(HashAlgorithmName hash, byte[] secret, byte[] seed, int length)
    {
        List<byte> all = [];
        byte[] a = seed;
        while (all.Count < length)
        {
            a = CryptographicOperations.HmacData(hash, secret, a);
            byte[] next = [.. a, .. seed];
            all.AddRange(CryptographicOperations.HmacData(hash, secret, next));
        }

        return [.. all.Take(length)];
    }
}
