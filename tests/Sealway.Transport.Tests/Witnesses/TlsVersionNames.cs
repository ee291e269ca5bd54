namespace Sealway.Transport.Tests;

/// <summary>Versions as people write them.</summary>
internal static class TlsVersionNames
{
    public static string Label(this TlsVersion version) => version switch
    {
        TlsVersion.Ssl2 => "SSL 2",
        TlsVersion.Ssl3 => "SSL 3",
        TlsVersion.Tls10 => "TLS 1.0",
        TlsVersion.Tls11 => "TLS 1.1",
        TlsVersion.Tls12 => "TLS 1.2",
        _ => "TLS 1.3",
    };
}
