namespace Sealway.Transport.Tests;

using System.Net.Security;

/// <summary>What is true of a server because it was set so.</summary>
/// <param name="Versions">The versions that it accepts.</param>
/// <param name="Defects">What is wrong with it.</param>
internal sealed record ZooTruth(IReadOnlyCollection<TlsVersion> Versions, IReadOnlyCollection<Defect> Defects)
{
    /// <summary>The suites that it accepts up to TLS 1.2, of each version alike, where its setting lists them; null where it accepts whatever its library has.</summary>
    public IReadOnlyCollection<TlsCipherSuite>? Suites { get; init; }

    /// <summary>Whether it demands a certificate of its clients.</summary>
    public bool DemandsCertificate { get; init; }
}
