namespace Sealway.Links;

using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;

/// <summary>A device's factory certificate and key as a TLS identity, good for enrolment alone.</summary>
public static class FactoryTls
{
    /// <summary>Reads <c>factory.key</c>, <c>factory.crt</c> and the fleet's <c>ca.crt</c>.</summary>
    /// <param name="folder">The device's folder.</param>
    /// <param name="passphrase">What the key is locked with; the caller erases it.</param>
    /// <param name="self">What the device is called in messages.</param>
    /// <exception cref="FleetFileException">A file is missing or wrong.</exception>
    /// <exception cref="LinkException">They make no identity.</exception>
    public static TlsIdentitySource Of(string folder, ReadOnlySpan<char> passphrase, PeerIdentity self)
    {
        X509Certificate2 certificate = FactoryDevice.LoadCertificate(folder, passphrase);
        try
        {
            X509Certificate2Collection authorities = [];
            authorities.ImportFromPem(PrivateFile.ReadPublic(Path.Combine(folder, "ca.crt")));
            return TlsIdentitySource.Of(TlsIdentity.FromFactory(certificate, authorities, self));
        }
        catch
        {
            certificate.Dispose();
            throw;
        }
    }
}
