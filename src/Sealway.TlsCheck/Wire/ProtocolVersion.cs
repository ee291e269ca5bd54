namespace Sealway.TlsCheck.Wire;

/// <summary>The versions of the protocol, by their numbers on the wire.</summary>
internal enum ProtocolVersion : ushort
{
    Ssl2 = 0x0002,
    Ssl3 = 0x0300,
    Tls10 = 0x0301,
    Tls11 = 0x0302,
    Tls12 = 0x0303,
    Tls13 = 0x0304,
}
