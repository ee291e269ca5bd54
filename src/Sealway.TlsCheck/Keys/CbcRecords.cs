namespace Sealway.TlsCheck.Keys;

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Sealway.TlsCheck.Wire;

/// <summary>CBC records of TLS 1.0 to 1.2, in one direction: MAC, then pad, then encrypt (RFC 5246 section 6.2.3.2).</summary>
/// <param name="cipher">Which.</param>
/// <param name="version">TLS 1.0 chains its initialisation vectors; later ones send them.</param>
/// <param name="key">The key of this direction.</param>
/// <param name="macKey">The MAC's key of this direction.</param>
/// <param name="iv">The first initialisation vector of TLS 1.0.</param>
internal sealed class CbcRecords(BulkCipher cipher, ProtocolVersion version, byte[] key, byte[] macKey, byte[] iv) : IRecordOpener, IRecordSealer
{
    private byte[] _iv = iv;
    private ulong _sequence;

    private bool Chains => version == ProtocolVersion.Tls10;

    public (ContentType Type, byte[] Body) Open(RecordHeader header, byte[] body)
    {
        byte[] from = Chains ? _iv : body.Length >= cipher.BlockSize ? body[..cipher.BlockSize] : throw new MalformedException("a sealed record that is too short");
        byte[] text = Chains ? body : body[cipher.BlockSize..];
        if (text.Length == 0 || text.Length % cipher.BlockSize != 0)
        {
            throw new MalformedException("a sealed record that is not whole blocks");
        }

        using SymmetricAlgorithm algorithm = Algorithm();
        byte[] plain = algorithm.DecryptCbc(text, from, PaddingMode.None);
        _iv = text[^cipher.BlockSize..];

        // Timing does not matter: the peer's secrets are not ours to keep from the peer.
        int padding = plain[^1] + 1;
        int length = plain.Length - padding - cipher.MacSize;
        if (length < 0 || !plain.AsSpan(length, cipher.MacSize).SequenceEqual(Mac(header.Type, plain[..length])))
        {
            throw new MalformedException("a record that was not sealed with the key in use");
        }

        _sequence++;
        return (header.Type, plain[..length]);
    }

    public (ContentType Type, byte[] Body) Seal(ContentType type, ReadOnlySpan<byte> body)
    {
        byte[] mac = Mac(type, body.ToArray());
        _sequence++;
        int padding = cipher.BlockSize - ((body.Length + mac.Length) % cipher.BlockSize);
        byte[] plain = [.. body, .. mac, .. Enumerable.Repeat((byte)(padding - 1), padding)];
        byte[] from = Chains ? _iv : RandomNumberGenerator.GetBytes(cipher.BlockSize);
        using SymmetricAlgorithm algorithm = Algorithm();
        byte[] text = algorithm.EncryptCbc(plain, from, PaddingMode.None);
        _iv = text[^cipher.BlockSize..];
        return (type, Chains ? text : [.. from, .. text]);
    }

    [SuppressMessage("Security", "CA5350", Justification = "What the suite prescribes; it protects nothing of ours.")]
    private SymmetricAlgorithm Algorithm()
    {
        SymmetricAlgorithm algorithm = cipher.Kind == BulkKind.TripleDesCbc ? TripleDES.Create() : Aes.Create();
        algorithm.Key = key;
        return algorithm;
    }

    private byte[] Mac(ContentType type, byte[] body) => CryptographicOperations.HmacData(
        cipher.Mac,
        macKey,
        new WireWriter().Word((uint)(_sequence >> 32)).Word((uint)_sequence).Byte((byte)type).Short((ushort)version).Short(body.Length).Bytes(body).ToArray());
}
