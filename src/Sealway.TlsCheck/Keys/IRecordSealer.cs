namespace Sealway.TlsCheck.Keys;

using Sealway.TlsCheck.Wire;

/// <summary>Seals our records.</summary>
internal interface IRecordSealer
{
    /// <summary>The kind that the record's header says, and its body.</summary>
    (ContentType Type, byte[] Body) Seal(ContentType type, ReadOnlySpan<byte> body);
}
