namespace Sealway.TlsCheck.Wire;

/// <summary>One handshake message (RFC 8446 section 4).</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Raw">All of it with its header, as the transcript hashes it.</param>
internal sealed record HandshakeMessage(HandshakeType Type, byte[] Raw)
{
    /// <summary>Type and length.</summary>
    public const int HeaderSize = 4;

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Body => Raw.AsSpan(HeaderSize);

    /// <summary>Puts a header before a body.</summary>
    public static HandshakeMessage Of(HandshakeType type, ReadOnlySpan<byte> body) =>
        new(type, new WireWriter().Byte((byte)type).Vector24(body).ToArray());
}
