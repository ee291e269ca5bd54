namespace Sealway.Fleet;

using System.Net;
using System.Security.Cryptography.X509Certificates;

/// <summary>By which names and addresses a party's certificate lets it be reached: its next one has them too.</summary>
internal static class CertificateNames
{
    public static (IReadOnlyList<string> Hosts, IReadOnlyList<IPAddress> Addresses) Of(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is null ? ([], []) : ([.. names.EnumerateDnsNames()], [.. names.EnumerateIPAddresses()]);
    }
}
