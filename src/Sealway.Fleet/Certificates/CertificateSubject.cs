namespace Sealway.Fleet;

using System.Net;
using Sealway.Messages;

/// <summary>Whom a TLS certificate names.</summary>
/// <param name="Name">The enrolled name: the common name.</param>
/// <param name="Kid">The party's signing key: the SAN URI <c>urn:sealway:kid:…</c>.</param>
/// <param name="Role">The role: the SAN URI <c>urn:sealway:role:…</c>, and what the certificate may be used for.</param>
/// <param name="Hosts">DNS names by which a server is reached; of gateways and clouds alone. <c>localhost</c> is always among them.</param>
/// <param name="Addresses">IP addresses by which a server is reached; the loopback ones are always among them.</param>
public sealed record CertificateSubject(string Name, Kid Kid, Role Role, IReadOnlyList<string>? Hosts = null, IReadOnlyList<IPAddress>? Addresses = null)
{
    /// <summary>Whether parties of this role accept connections: gateways, clouds, and the authority, whose enrolment server devices call.</summary>
    public bool IsServer => Role is Role.Gateway or Role.Cloud or Role.Authority;
}
