namespace Sealway.Fleet;

using System.Net;
using Sealway.Messages;

/// <summary>A party that is to be enrolled, for which keys are made.</summary>
/// <param name="Role">The role; not the authority's.</param>
/// <param name="Name">1 to 63 of a–z, 0–9 and -; never used before in this fleet.</param>
/// <param name="Model">The maker's words, or null.</param>
/// <param name="Hosts">DNS names by which a gateway or cloud is reached.</param>
/// <param name="Addresses">IP addresses by which a gateway or cloud is reached.</param>
/// <param name="Validity">How long its TLS certificate is valid; null for <see cref="CertificateIssuer.DefaultValidity"/>.</param>
public sealed record NewParty(Role Role, string Name, string? Model = null, IReadOnlyList<string>? Hosts = null, IReadOnlyList<IPAddress>? Addresses = null, TimeSpan? Validity = null);
