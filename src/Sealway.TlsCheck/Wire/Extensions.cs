namespace Sealway.TlsCheck.Wire;

/// <summary>The extensions of one message, by type; a repeated one is refused (RFC 8446 section 4.2).</summary>
internal sealed class Extensions
{
    // A server may answer only what was offered, and certificate requests carry few.
    private const int Most = 64;

    private readonly Dictionary<ushort, byte[]> _byType = [];

    /// <summary>No extensions.</summary>
    public static Extensions None => new();

    /// <summary>The types that are there, in their order.</summary>
    public IReadOnlyCollection<ushort> Types => _byType.Keys;

    /// <summary>Reads a block with its length of two bytes.</summary>
    /// <exception cref="MalformedException">It does not fit, is too long, or repeats a type.</exception>
    public static Extensions Read(ref WireReader reader)
    {
        WireReader block = new(reader.Vector16());
        Extensions read = new();
        while (!block.AtEnd)
        {
            ushort type = block.Short();
            byte[] body = block.Vector16().ToArray();
            if (read._byType.Count == Most)
            {
                throw new MalformedException($"more than {Most} extensions");
            }

            if (!read._byType.TryAdd(type, body))
            {
                throw new MalformedException($"extension {type} twice");
            }
        }

        return read;
    }

    public bool Has(ushort type) => _byType.ContainsKey(type);

    /// <summary>The body of an extension, or null if it is not there.</summary>
    public byte[]? Body(ushort type) => _byType.GetValueOrDefault(type);
}
