namespace Sealway.TlsCheck.Wire;

/// <summary>Puts handshake messages together from the records that carry them in pieces.</summary>
internal sealed class HandshakeBuffer
{
    /// <summary>The longest message: a chain of a dozen large certificates.</summary>
    public const int MostMessage = 131_072;

    private byte[] _held = [];

    /// <summary>Whether no part of a message is held.</summary>
    public bool IsEmpty => _held.Length == 0;

    /// <summary>Takes the body of a record.</summary>
    /// <exception cref="MalformedException">It is empty: no message fits in nothing, and such records could go on for ever.</exception>
    public void Add(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            throw new MalformedException("an empty handshake record");
        }

        _held = [.. _held, .. body];
    }

    /// <summary>The next message, or null until it is whole.</summary>
    /// <exception cref="MalformedException">It says that it is longer than <see cref="MostMessage"/>.</exception>
    public HandshakeMessage? Next()
    {
        if (_held.Length < HandshakeMessage.HeaderSize)
        {
            return null;
        }

        int length = (_held[1] << 16) | (_held[2] << 8) | _held[3];
        if (length > MostMessage)
        {
            throw new MalformedException($"a handshake message of {length} bytes");
        }

        int whole = HandshakeMessage.HeaderSize + length;
        if (_held.Length < whole)
        {
            return null;
        }

        HandshakeMessage message = new((HandshakeType)_held[0], _held[..whole]);
        _held = _held[whole..];
        return message;
    }
}
