namespace Sealway.Fleet;

using System.Buffers.Binary;

using Sealway.Messages;

/// <summary>The range of all kids, which the pages of a status divide among them.</summary>
internal static class StatusRange
{
    public static readonly Kid Lowest = From(0);

    public static readonly Kid Highest = From(ulong.MaxValue);

    public static Kid After(Kid kid) => From(To(kid) + 1);

    public static Kid Before(Kid kid) => From(To(kid) - 1);

    private static ulong To(Kid kid) => BinaryPrimitives.ReadUInt64BigEndian(kid.ToArray());

    private static Kid From(ulong value)
    {
        byte[] bytes = new byte[Kid.Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Kid.FromBytes(bytes);
    }
}
