namespace Sealway.Fleet.Tests.VectorFiles;

using System.Formats.Cbor;

/// <summary>A waybill to be made, in order or not.</summary>
internal sealed record PaperWaybill(PaperEvidence Log, PaperEvidence Registry)
{
    public ulong Version { get; init; } = 1;

    public byte[] ToArray()
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(3);
        cbor.WriteUInt64(Version);
        Log.Write(cbor);
        Registry.Write(cbor);
        cbor.WriteEndArray();
        return cbor.Encode();
    }
}
