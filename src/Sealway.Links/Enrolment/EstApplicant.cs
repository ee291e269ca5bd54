namespace Sealway.Links;

using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;

/// <summary>Who asks an EST server, as the handshake showed: a party of the fleet by its present certificate, or a device by its factory's.</summary>
/// <param name="Party">The party; null for a device.</param>
/// <param name="Device">The device; null for a party.</param>
/// <param name="Certificate">What it showed; without a private key.</param>
public sealed record EstApplicant(PeerIdentity? Party, FactoryIdentity? Device, X509Certificate2 Certificate)
{
    /// <summary>For log lines, and by which its pace is counted: one for each party and each device.</summary>
    public override string ToString() => Party?.ToString() ?? Device?.ToString() ?? "nobody";
}
