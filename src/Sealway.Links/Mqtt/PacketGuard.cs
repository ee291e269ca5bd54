namespace Sealway.Links;

/// <summary>
/// Follows the framing of an MQTT byte stream (MQTT 5 section 2.1: type and flags, then the remaining length in 1 to 4 bytes) ahead of the library, which
/// would allocate whatever length a packet claims, up to 256 MiB.
/// </summary>
/// <param name="first">The type that the first packet must have.</param>
internal sealed class PacketGuard(int first)
{
    internal const int Connect = 1;
    internal const int ConnAck = 2;

    private const int Publish = 3;
    private const int LengthBits = 7;
    private const int LongestLength = 4;

    private int _type;
    private int _length;
    private int _lengthBytes;
    private int _bodyLeft;
    private bool _inLength;
    private bool _started;

    /// <summary>Packets that have come whole.</summary>
    internal long Packets { get; private set; }

    /// <summary>Whether a packet has begun and is not whole yet.</summary>
    internal bool IsInside => _inLength || _bodyLeft > 0;

    /// <summary>Looks at bytes in the order in which they came.</summary>
    /// <returns>Null, or why nothing more may be read.</returns>
    internal LinkException? Inspect(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_bodyLeft > 0)
            {
                int skipped = Math.Min(_bodyLeft, bytes.Length);
                _bodyLeft -= skipped;
                bytes = bytes[skipped..];
                Packets += _bodyLeft == 0 ? 1 : 0;
                continue;
            }

            byte next = bytes[0];
            bytes = bytes[1..];
            if (!_inLength)
            {
                _type = next >> 4;
                if (!_started && _type != first)
                {
                    return new LinkException(LinkRefusal.WrongProtocol, "the first packet is not the one that MQTT begins with");
                }

                (_started, _inLength, _length, _lengthBytes) = (true, true, 0, 0);
                continue;
            }

            _length |= (next & 0x7F) << (LengthBits * _lengthBytes++);
            int limit = _type == Publish ? LinkLimits.PublishPacketBytes : LinkLimits.ControlPacketBytes;
            if (_length > limit)
            {
                return new LinkException(LinkRefusal.WrongLength, $"an MQTT packet of type {_type} of more than {limit} bytes");
            }

            if ((next & 0x80) == 0)
            {
                (_inLength, _bodyLeft) = (false, _length);
                Packets += _length == 0 ? 1 : 0;
            }
            else if (_lengthBytes == LongestLength)
            {
                return new LinkException(LinkRefusal.WrongProtocol, "an MQTT packet's length does not end");
            }
        }

        return null;
    }
}
