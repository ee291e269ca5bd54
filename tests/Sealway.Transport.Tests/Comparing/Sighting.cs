namespace Sealway.Transport.Tests;

using System.Net.Security;

/// <summary>What the three tools say of one server; null: it was not done in time, or came to no result.</summary>
/// <param name="Server">The server.</param>
/// <param name="Sealway">Ours.</param>
/// <param name="TestSsl">testssl.sh.</param>
/// <param name="SslScan">sslscan.</param>
internal sealed record Sighting(ZooServer Server, SealwayCheckReport? Sealway, TestSslReport? TestSsl, SslScanReport? SslScan)
{
    /// <summary>Each tool's offer: nothing where it came to no result.</summary>
    public IReadOnlyDictionary<Tools, Offer> Offers { get; } = new Dictionary<Tools, Offer>
    {
        [Tools.Sealway] = Sealway?.Offer ?? Offer.None,
        [Tools.TestSsl] = TestSsl?.Offer() ?? Offer.None,
        [Tools.SslScan] = SslScan?.Offer ?? Offer.None,
    };

    /// <summary>Versions that anyone sees, oldest first.</summary>
    public IReadOnlyList<TlsVersion> Versions => [.. Offers.Values.SelectMany(offer => offer.Versions).Distinct().Order()];

    /// <summary>Suites that anyone sees in a version, by code point.</summary>
    public IReadOnlyList<TlsCipherSuite> Suites(TlsVersion version) => [.. Offers.Values.SelectMany(offer => offer.Of(version)).Distinct().Order()];

    /// <summary>What not all of them see.</summary>
    public IReadOnlyList<Disagreement> Disagreements()
    {
        List<Disagreement> found = [];
        foreach (TlsVersion version in Versions)
        {
            foreach (TlsCipherSuite? suite in Suites(version).Select(suite => (TlsCipherSuite?)suite).Prepend(null))
            {
                Tools seen = Offers.Where(offer => offer.Value.Has(version, suite)).Aggregate(Tools.None, (all, offer) => all | offer.Key);
                if (seen != Tools.All)
                {
                    found.Add(new Disagreement(Server.Name, version, suite, seen));
                }
            }
        }

        return found;
    }
}
