namespace Sealway.TlsCheck.Wire;

/// <summary>The five bytes before each record.</summary>
/// <param name="Type">What it carries.</param>
/// <param name="Version">The version it names.</param>
/// <param name="Length">Of the body, in bytes; at most 16,384 + 2,048.</param>
internal readonly record struct RecordHeader(ContentType Type, ushort Version, int Length)
{
    /// <summary>The header's size in bytes.</summary>
    public const int Size = 5;

    /// <summary>The longest body: RFC 5246 section 6.2.3.</summary>
    public const int MostBody = 16_384 + 2_048;

    /// <exception cref="MalformedException">Not a record of TLS.</exception>
    public static RecordHeader Read(ReadOnlySpan<byte> five)
    {
        WireReader reader = new(five);
        byte type = reader.Byte();
        ushort version = reader.Short();
        int length = reader.Short();
        if (type is < (byte)ContentType.ChangeCipherSpec or > (byte)ContentType.Heartbeat || version >> 8 != 3)
        {
            throw new MalformedException($"not a TLS record: it begins {Convert.ToHexStringLower(five)}");
        }

        return length <= MostBody ? new RecordHeader((ContentType)type, version, length) : throw new MalformedException($"a record of {length} bytes");
    }
}
