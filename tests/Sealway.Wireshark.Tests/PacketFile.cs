namespace Sealway.Wireshark.Tests;

using System.Buffers.Binary;

/// <summary>Writes captures in the classic format of libpcap, of packets that were never sent.</summary>
internal static class PacketFile
{
    private const uint Magic = 0xA1B2C3D4;
    private const uint RawIp = 101;
    private const uint User0 = 147;
    private const int Longest = 65_000;

    /// <summary>Messages alone, as link type USER0.</summary>
    public static void Messages(string file, IEnumerable<byte[]> messages) => Write(file, User0, messages.Select(message => message[..Math.Min(message.Length, Longest)]));

    /// <summary>Each payload in a TCP connection of its own, to a port.</summary>
    public static void Tcp(string file, int port, IEnumerable<byte[]> payloads) => Write(file, RawIp, payloads.Select((payload, i) => Segment(payload[..Math.Min(payload.Length, Longest)], 10_000 + (i % 50_000), port)));

    private static void Write(string file, uint link, IEnumerable<byte[]> packets)
    {
        using BinaryWriter writer = new(File.Create(file));
        foreach (uint field in new[] { Magic, 4u << 16 | 2, 0u, 0u, 262_144u, link })
        {
            writer.Write(field);
        }

        uint second = 0;
        foreach (byte[] packet in packets)
        {
            foreach (uint field in new[] { second++, 0u, (uint)packet.Length, (uint)packet.Length })
            {
                writer.Write(field);
            }

            writer.Write(packet);
        }
    }

    private static byte[] Segment(byte[] payload, int from, int to)
    {
        byte[] packet = new byte[40 + payload.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), 0x7F000001);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), 0x7F000001);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), (ushort)from);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), (ushort)to);
        packet[32] = 5 << 4;
        packet[33] = 0x18;
        payload.CopyTo(packet, 40);
        return packet;
    }
}
