namespace Sealway.TlsCheck.Keys;

using System.Buffers.Binary;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Records of TLS 1.3 under one traffic secret, in one direction (RFC 8446 section 5.2).</summary>
internal sealed class Tls13Records : IRecordOpener, IRecordSealer
{
    private const int IvSize = 12;
    private readonly BulkCipher _cipher;
    private readonly AeadKey _key;
    private readonly byte[] _iv;
    private ulong _sequence;

    public Tls13Records(CipherSuite suite, byte[] secret)
    {
        _cipher = BulkCipher.Of(suite) ?? throw new MalformedException($"{suite.Name} cannot be spoken here");
        _key = new AeadKey(_cipher, KeySchedule.ExpandLabel(suite.Hash, secret, "key", [], _cipher.KeySize));
        _iv = KeySchedule.ExpandLabel(suite.Hash, secret, "iv", [], IvSize);
    }

    public (ContentType Type, byte[] Body) Open(RecordHeader header, byte[] body)
    {
        if (header.Type != ContentType.ApplicationData)
        {
            throw new MalformedException($"an open record of type {(byte)header.Type} where sealed ones are due");
        }

        byte[] plain = _key.Open(Nonce(), body, Header(body.Length));
        int end = plain.AsSpan().LastIndexOfAnyExcept((byte)0);
        return end >= 0 ? ((ContentType)plain[end], plain[..end]) : throw new MalformedException("a sealed record of nothing but padding");
    }

    public (ContentType Type, byte[] Body) Seal(ContentType type, ReadOnlySpan<byte> body) =>
        (ContentType.ApplicationData, _key.Seal(Nonce(), [.. body, (byte)type], Header(body.Length + 1 + _cipher.MacSize)));

    private static byte[] Header(int length) => new WireWriter().Byte((byte)ContentType.ApplicationData).Short((ushort)ProtocolVersion.Tls12).Short(length).ToArray();

    private byte[] Nonce()
    {
        byte[] nonce = new byte[IvSize];
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(IvSize - 8), _sequence++);
        for (int at = 0; at < IvSize; at++)
        {
            nonce[at] ^= _iv[at];
        }

        return nonce;
    }
}
