namespace Sealway.Transport.Tests;

using System.Net.Security;

/// <summary>What a server accepts, as one tool found it: the suites of each version that it accepts at all. Suites are code points (IANA, TLS Cipher Suites), so that the tools' different names for them do not matter.</summary>
internal sealed class Offer
{
    /// <summary>Nothing: it does not speak TLS.</summary>
    public static Offer None { get; } = new([]);

    private readonly SortedDictionary<TlsVersion, SortedSet<TlsCipherSuite>> _suites;

    /// <param name="suites">Version and suite; a version without suites is given as one with null.</param>
    public Offer(IEnumerable<(TlsVersion Version, TlsCipherSuite? Suite)> suites)
    {
        _suites = [];
        foreach ((TlsVersion version, TlsCipherSuite? suite) in suites)
        {
            if (!_suites.TryGetValue(version, out SortedSet<TlsCipherSuite>? of))
            {
                _suites[version] = of = [];
            }

            if (suite is { } one)
            {
                of.Add(one);
            }
        }
    }

    /// <summary>The versions that are accepted, oldest first.</summary>
    public IReadOnlyCollection<TlsVersion> Versions => _suites.Keys;

    /// <summary>The suites accepted in a version, by code point; none where the version is not accepted.</summary>
    public IReadOnlyCollection<TlsCipherSuite> Of(TlsVersion version) => _suites.TryGetValue(version, out SortedSet<TlsCipherSuite>? suites) ? suites : [];

    /// <summary>Whether a version is accepted, and in it a suite where one is named.</summary>
    public bool Has(TlsVersion version, TlsCipherSuite? suite) =>
        _suites.TryGetValue(version, out SortedSet<TlsCipherSuite>? suites) && (suite is not { } one || suites.Contains(one));
}
