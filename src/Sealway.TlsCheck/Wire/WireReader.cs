namespace Sealway.TlsCheck.Wire;

using System.Buffers.Binary;

/// <summary>Reads the presentation language of TLS (RFC 8446 section 3). Every length is checked against what is there before anything is taken.</summary>
/// <param name="bytes">What is read.</param>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>How many bytes are left.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <exception cref="MalformedException">Fewer are left.</exception>
    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw new MalformedException($"a length of {count} where {_rest.Length} bytes are left");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ushort Short() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int Medium()
    {
        ReadOnlySpan<byte> three = Take(3);
        return (three[0] << 16) | (three[1] << 8) | three[2];
    }

    public uint Word() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A vector with a length of one byte.</summary>
    public ReadOnlySpan<byte> Vector8() => Take(Byte());

    /// <summary>A vector with a length of two bytes.</summary>
    public ReadOnlySpan<byte> Vector16() => Take(Short());

    /// <summary>A vector with a length of three bytes.</summary>
    public ReadOnlySpan<byte> Vector24() => Take(Medium());

    /// <summary>Everything that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Take(_rest.Length);

    /// <exception cref="MalformedException">Something is left.</exception>
    public readonly void RequireEnd(string what)
    {
        if (!_rest.IsEmpty)
        {
            throw new MalformedException($"{_rest.Length} bytes after the end of {what}");
        }
    }
}
