namespace Sealway.Messages;

/// <summary>The external data of epochs, grants and sealed entries, and the recipients' extra info: which log, which epoch.</summary>
internal static class SealingContext
{
    public static byte[] Of(LogId log, EpochId epoch) => WireWriter.Write(cbor =>
    {
        cbor.WriteStartArray(2);
        cbor.WriteTextString(log.ToString());
        cbor.WriteByteString(epoch.ToArray());
        cbor.WriteEndArray();
    });
}
