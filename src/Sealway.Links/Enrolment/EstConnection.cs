namespace Sealway.Links;

using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;

/// <summary>What is known of one connection to an EST server, from its first byte on.</summary>
internal sealed class EstConnection
{
    internal TlsVerdict Verdict { get; } = new();

    /// <summary>Whether a TLS client hello came.</summary>
    internal bool Greeted { get; set; }

    /// <summary>Whether a refused one has been told why.</summary>
    internal bool Told { get; set; }

    /// <summary>Who it is, once the handshake is done.</summary>
    internal EstApplicant? Applicant { get; private set; }

    internal void Take(FactoryIdentity device, X509Certificate2 certificate)
    {
        Applicant = new EstApplicant(null, device, X509CertificateLoader.LoadCertificate(certificate.RawData));
    }

    internal void Take(PeerIdentity party, X509Certificate2 certificate)
    {
        Applicant = new EstApplicant(party, null, X509CertificateLoader.LoadCertificate(certificate.RawData));
    }
}
