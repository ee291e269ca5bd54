namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>The versions that were found, for the probes that build on them.</summary>
/// <param name="versions">All, oldest first.</param>
internal sealed class Seen(IReadOnlyList<VersionSeen> versions)
{
    public VersionSeen Of(ProtocolVersion version) => versions.First(seen => seen.Version == version);

    public bool Offers(ProtocolVersion version) => Of(version).Offered == Answer.Yes;

    /// <summary>The versions offered, newest first.</summary>
    public IEnumerable<ProtocolVersion> Offered => versions.Where(seen => seen.Offered == Answer.Yes).Select(seen => seen.Version).Reverse();

    /// <summary>The newest of TLS 1.0 to 1.2 that is offered.</summary>
    public ProtocolVersion? BestOld => Offered.Where(version => version is >= ProtocolVersion.Tls10 and <= ProtocolVersion.Tls12).Select(version => (ProtocolVersion?)version).FirstOrDefault();

    /// <summary>The suites of a version that were accepted; all of it, if they were not asked for.</summary>
    public IReadOnlyList<CipherSuite> Suites(ProtocolVersion version) => Of(version).Suites is { Count: > 1 } accepted ? accepted : Of(version).SuitesComplete ? Of(version).Suites : [.. CipherSuites.For(version).Take(SuiteProbe.AtOnce)];

    /// <summary>Every suite accepted anywhere.</summary>
    public IEnumerable<CipherSuite> AllSuites => versions.SelectMany(seen => seen.Suites).Distinct();
}
