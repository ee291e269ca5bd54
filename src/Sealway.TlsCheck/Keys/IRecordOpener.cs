namespace Sealway.TlsCheck.Keys;

using Sealway.TlsCheck.Wire;

/// <summary>Opens the peer's records.</summary>
internal interface IRecordOpener
{
    /// <summary>The kind and body within.</summary>
    /// <exception cref="MalformedException">It was not sealed with the key in use.</exception>
    (ContentType Type, byte[] Body) Open(RecordHeader header, byte[] body);
}
