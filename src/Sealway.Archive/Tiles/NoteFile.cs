namespace Sealway.Archive;

using System.Collections.Immutable;
using System.Formats.Cbor;
using Sealway.Log;

/// <summary>All notes of a log in one file: an array of names and values, by name.</summary>
internal static class NoteFile
{
    public static ImmutableSortedDictionary<string, byte[]> None { get; } = ImmutableSortedDictionary.Create<string, byte[]>(StringComparer.Ordinal);

    public static byte[] ToArray(ImmutableSortedDictionary<string, byte[]> notes)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(2 * notes.Count);
        foreach ((string name, byte[] value) in notes)
        {
            cbor.WriteTextString(name);
            cbor.WriteByteString(value);
        }

        cbor.WriteEndArray();
        return cbor.Encode();
    }

    /// <exception cref="InvalidDataException">Not such notes.</exception>
    public static ImmutableSortedDictionary<string, byte[]> Read(ReadOnlyMemory<byte> bytes, string path) => StoredCbor.Read(bytes, path, cbor =>
    {
        int count = cbor.ReadStartArray() ?? -1;
        ImmutableSortedDictionary<string, byte[]>.Builder notes = None.ToBuilder();
        for (int i = 0; i < count; i += 2)
        {
            notes.Add(cbor.ReadTextString(), cbor.ReadByteString());
        }

        cbor.ReadEndArray();
        return notes.ToImmutable();
    });
}
