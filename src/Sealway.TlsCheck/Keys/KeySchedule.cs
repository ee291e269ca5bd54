namespace Sealway.TlsCheck.Keys;

using System.Security.Cryptography;
using System.Text;
using Sealway.TlsCheck.Wire;

/// <summary>The key schedule of TLS 1.3 (RFC 8446 section 7.1).</summary>
internal sealed class KeySchedule
{
    private readonly int _size;

    /// <param name="hash">The suite's hash.</param>
    /// <param name="preShared">A key from an earlier connection, or null.</param>
    public KeySchedule(HashAlgorithmName hash, byte[]? preShared = null)
    {
        Hash = hash;
        _size = hash == HashAlgorithmName.SHA384 ? 48 : 32;
        Early = HKDF.Extract(hash, preShared ?? new byte[_size], new byte[_size]);
    }

    public HashAlgorithmName Hash { get; }

    public byte[] Early { get; }

    public byte[] Handshake { get; private set; } = [];

    public byte[] Master { get; private set; } = [];

    /// <summary>Takes the secret that both sides have agreed on.</summary>
    public void Agree(byte[] shared)
    {
        Handshake = HKDF.Extract(Hash, shared, Derived(Early));
        Master = HKDF.Extract(Hash, new byte[_size], Derived(Handshake));
    }

    /// <summary>The secret for a purpose, bound to the transcript so far.</summary>
    public byte[] Derive(byte[] secret, string label, byte[] transcriptHash) => ExpandLabel(Hash, secret, label, transcriptHash, _size);

    /// <summary>What a Finished holds, and a binder.</summary>
    public byte[] FinishedMac(byte[] secret, byte[] transcriptHash) =>
        CryptographicOperations.HmacData(Hash, ExpandLabel(Hash, secret, "finished", [], _size), transcriptHash);

    /// <summary>The key of a ticket (RFC 8446 section 4.6.1).</summary>
    public byte[] TicketKey(byte[] resumption, byte[] nonce) => ExpandLabel(Hash, resumption, "resumption", nonce, _size);

    /// <summary>The key whose MAC over the hello proves that we hold the ticket's key.</summary>
    public byte[] BinderKey() => Derive(Early, "res binder", CryptographicOperations.HashData(Hash, []));

    public static byte[] ExpandLabel(HashAlgorithmName hash, byte[] secret, string label, byte[] context, int length)
    {
        byte[] info = new WireWriter().Short(length).Vector8(Encoding.ASCII.GetBytes("tls13 " + label)).Vector8(context).ToArray();
        return HKDF.Expand(hash, secret, length, info);
    }

    private byte[] Derived(byte[] secret) => Derive(secret, "derived", CryptographicOperations.HashData(Hash, []));
}
