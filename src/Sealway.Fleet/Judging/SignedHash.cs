namespace Sealway.Fleet;

using System.Buffers.Binary;
using System.Security.Cryptography;

using Sealway.Messages;

/// <summary>
/// SHA-256 of what a sensor signed, the protected header and then the payload: what makes a reading the same reading.
/// The header is one CBOR item, so the two cannot run into each other. Never of the signature, of which there can be many.
/// </summary>
public readonly record struct SignedHash
{
    /// <summary>Bytes of the hash.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    // Most readings fit the stack.
    private const int OnStack = 512;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private SignedHash(UInt128 high, UInt128 low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>The hash of a reading.</summary>
    public static SignedHash Of(Reading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        (ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> payload) = reading.Signed;
        int length = header.Length + payload.Length;
        Span<byte> content = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        header.Span.CopyTo(content);
        payload.Span.CopyTo(content[header.Length..]);
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content[..length], hash);
        return FromBytes(hash);
    }

    /// <summary>Its first 8 bytes: enough to tell apart what one key signed, where space is dear.</summary>
    public ulong Prefix => (ulong)(_high >> 64);

    internal static SignedHash FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    internal void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }
}
