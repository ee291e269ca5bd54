namespace Sealway.Links;

using Sealway.Messages;

/// <summary>Who a certificate says its holder is. It holds only once the certificate was judged by <see cref="TlsPolicy"/>; the registry has the last word.</summary>
/// <param name="Name">The party's enrolled name (subject CN).</param>
/// <param name="Kid">The party's signing key (SAN URI <c>urn:sealway:kid:…</c>), by which the registry knows it. The TLS key is another key.</param>
/// <param name="Role">The party's role (SAN URI <c>urn:sealway:role:…</c>).</param>
/// <param name="NotAfter">When the certificate expires.</param>
public sealed record PeerIdentity(string Name, Kid Kid, Role Role, DateTimeOffset NotAfter)
{
    /// <summary>For a log line: role, name, kid.</summary>
    public override string ToString() => $"{Role} {Name} ({Kid})";
}
