namespace Sealway.Messages;

/// <summary>What a head's protected header says; the same bytes stand in its receipts.</summary>
/// <param name="Kid">The key that signs.</param>
/// <param name="Log">Which log.</param>
/// <param name="Seconds">When it was signed, in seconds since 1970 by the signer's clock.</param>
/// <param name="Size">How many entries.</param>
/// <param name="RegistrySize">How much of the registry the signer had applied, in entries.</param>
public sealed record HeadClaims(Kid Kid, LogId Log, ulong Seconds, ulong Size, ulong RegistrySize)
{
    internal static HeadClaims FromProtected(ReadOnlyMemory<byte> header) => WireReader.Read(header, Limits.HeadBytes, "head: protected header", reader =>
    {
        if (reader.Map(4, int.MaxValue) != 4)
        {
            throw reader.Wrong(Refusal.UnexpectedHeader);
        }

        reader.Key(CoseLabels.Algorithm);
        reader.Exactly(CoseLabels.Es256, Refusal.WrongAlgorithm);
        reader.Key(CoseLabels.KeyId);
        Kid kid = reader.Kid();
        reader.Key(CoseLabels.CwtClaims);
        reader.Map(4, 4);
        reader.Key(CoseLabels.Issuer);
        LogId log = LogId.Read(reader);
        reader.Key(CoseLabels.IssuedAt);
        ulong seconds = reader.Number(Limits.LargestSeconds);
        reader.Key(CoseLabels.Size);
        ulong size = reader.Number();
        reader.Key(CoseLabels.RegistrySize);
        ulong registrySize = reader.Number();
        reader.EndMap();
        reader.Key(CoseLabels.VerifiableDataStructure);
        reader.Exactly(CoseLabels.Rfc9162Sha256, Refusal.WrongAlgorithm);
        reader.EndMap();
        return new HeadClaims(kid, log, seconds, size, registrySize);
    });

    internal byte[] ToProtected() => WireWriter.Write(cbor =>
    {
        cbor.WriteStartMap(4);
        cbor.WriteInt32(CoseLabels.Algorithm);
        cbor.WriteInt32(CoseLabels.Es256);
        cbor.Field(CoseLabels.KeyId, Kid);
        cbor.WriteInt32(CoseLabels.CwtClaims);
        cbor.WriteStartMap(4);
        cbor.Field(CoseLabels.Issuer, Log.ToString());
        cbor.Field(CoseLabels.IssuedAt, Seconds);
        cbor.Field(CoseLabels.Size, Size);
        cbor.Field(CoseLabels.RegistrySize, RegistrySize);
        cbor.WriteEndMap();
        cbor.Field(CoseLabels.VerifiableDataStructure, (ulong)CoseLabels.Rfc9162Sha256);
        cbor.WriteEndMap();
    });
}
