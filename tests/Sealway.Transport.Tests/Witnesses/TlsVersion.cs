namespace Sealway.Transport.Tests;

/// <summary>A protocol version that can be looked for, oldest first.</summary>
internal enum TlsVersion
{
    Ssl2,
    Ssl3,
    Tls10,
    Tls11,
    Tls12,
    Tls13,
}
