namespace Sealway.TlsCheck.Wire;

/// <summary>The kinds of record (RFC 8446 section 5.1, RFC 6520).</summary>
internal enum ContentType : byte
{
    ChangeCipherSpec = 20,
    Alert = 21,
    Handshake = 22,
    ApplicationData = 23,
    Heartbeat = 24,
}
