namespace Sealway.TlsCheck.Keys;

using System.Buffers.Binary;
using Sealway.TlsCheck.Wire;

/// <summary>AEAD records of TLS 1.2, in one direction (RFC 5246 section 6.2.3.3, RFC 5288, RFC 7905).</summary>
/// <param name="cipher">Which.</param>
/// <param name="key">The key of this direction.</param>
/// <param name="iv">The fixed part of the nonce: 4 bytes, of ChaCha20-Poly1305 12.</param>
internal sealed class Tls12AeadRecords(BulkCipher cipher, byte[] key, byte[] iv) : IRecordOpener, IRecordSealer
{
    private const int Explicit = 8;
    private readonly AeadKey _key = new(cipher, key);
    private ulong _sequence;

    private bool IsChaCha => cipher.Kind == BulkKind.ChaCha20Poly1305;

    public (ContentType Type, byte[] Body) Open(RecordHeader header, byte[] body)
    {
        int before = IsChaCha ? 0 : Explicit;
        if (body.Length < before + cipher.MacSize)
        {
            throw new MalformedException("a sealed record that is too short");
        }

        byte[] nonce = IsChaCha ? Mixed() : [.. iv, .. body[..Explicit]];
        byte[] plain = _key.Open(nonce, body.AsSpan(before), Associated(header.Type, header.Version, body.Length - before - cipher.MacSize));
        _sequence++;
        return (header.Type, plain);
    }

    public (ContentType Type, byte[] Body) Seal(ContentType type, ReadOnlySpan<byte> body)
    {
        byte[] number = new byte[Explicit];
        BinaryPrimitives.WriteUInt64BigEndian(number, _sequence);
        byte[] associated = Associated(type, (ushort)ProtocolVersion.Tls12, body.Length);
        byte[] made = IsChaCha ? _key.Seal(Mixed(), body, associated) : [.. number, .. _key.Seal([.. iv, .. number], body, associated)];
        _sequence++;
        return (type, made);
    }

    private byte[] Associated(ContentType type, ushort version, int length) =>
        new WireWriter().Word((uint)(_sequence >> 32)).Word((uint)_sequence).Byte((byte)type).Short(version).Short(length).ToArray();

    private byte[] Mixed()
    {
        byte[] nonce = [.. iv];
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, _sequence);
        for (int at = 0; at < 8; at++)
        {
            nonce[at + nonce.Length - 8] ^= number[at];
        }

        return nonce;
    }
}
