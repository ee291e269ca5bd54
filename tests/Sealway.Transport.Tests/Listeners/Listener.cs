namespace Sealway.Transport.Tests;

using System.Net.Security;
using Sealway.Links;

/// <summary>A listener of Sealway's own, as it runs.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Profile">How it is set.</param>
internal sealed record Listener(string Name, TlsProfile Profile)
{
    private bool IsModern => Profile.Name == TlsProfile.Modern.Name;

    /// <summary>Exactly the versions that must be found.</summary>
    public IReadOnlyCollection<TlsVersion> Versions => IsModern ? [TlsVersion.Tls13] : [TlsVersion.Tls12, TlsVersion.Tls13];

    /// <summary>Exactly the suites that must be found in a version.</summary>
    public IReadOnlyCollection<TlsCipherSuite> Suites(TlsVersion version) =>
        [.. Profile.Suites.Select(Enum.Parse<TlsCipherSuite>).Where(suite => Versions.Contains(version) && (suite.ToString().Contains("_WITH_", StringComparison.Ordinal) ? TlsVersion.Tls12 : TlsVersion.Tls13) == version).Order()];
}
