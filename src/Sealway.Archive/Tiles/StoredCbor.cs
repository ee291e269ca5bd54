namespace Sealway.Archive;

using System.Formats.Cbor;
using Sealway.Messages;

/// <summary>Reads the store's own files: one deterministic CBOR item and nothing after it, else the file is damaged.</summary>
internal static class StoredCbor
{
    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, string path, Func<CborReader, T> read)
    {
        try
        {
            CborReader cbor = new(bytes, CborConformanceMode.Canonical);
            T value = read(cbor);
            return cbor.BytesRemaining == 0 ? value : throw new InvalidDataException($"{path} has bytes after its end");
        }
        catch (Exception inner) when (inner is CborContentException or InvalidOperationException or OverflowException or MessageException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is damaged", inner);
        }
    }
}
