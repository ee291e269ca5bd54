namespace Sealway.Transport.Tests;

using System.Globalization;
using System.Net.Security;
using System.Text;

/// <summary>The comparison as a document: facts only, no times and no ports, so that two runs can be compared.</summary>
internal static class ComparedTable
{
    /// <summary>Set to 1, the test writes the document instead of comparing with it.</summary>
    public const string WriteVariable = "SEALWAY_WRITE_COMPARED";

    /// <summary>Where it lies, relative to the checkout.</summary>
    public const string Document = "docs/tls-check-compared.md";

    /// <summary>Renders it.</summary>
    public static string Render(IReadOnlyList<Sighting> sightings)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # `sealway tls check` beside testssl.sh and sslscan

            `{WriteVariable}=1 ./test Sealway.Transport` writes this page; every other run of the tests compares it with what the three tools find.
            The servers are started by the tests on loopback, each set in a way that is known. Suites are compared by code point: the tools have different names for them.
            A number is a count of suites; – says that the tool does not see the version. Wherever the tools do not agree, the reason stands below; a disagreement without one fails the test.

            ## The servers

            | server | set so | what is wrong with it |
            |---|---|---|

            """);
        foreach (ZooServer server in sightings.Select(sighting => sighting.Server))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {server.Name} | {server.About} | {(server.Truth.Defects.Count == 0 ? "nothing" : string.Join(", ", server.Truth.Defects.Select(Words)))} |\n");
        }

        text.Append("\n## Versions and suites\n\n| server | version | `sealway tls check` | testssl.sh | sslscan | |\n|---|---|---|---|---|---|\n");
        foreach (Sighting sighting in sightings)
        {
            IReadOnlyList<Disagreement> disagreements = sighting.Disagreements();
            foreach (TlsVersion version in sighting.Versions)
            {
                string cells = string.Join(" | ", new[] { Tools.Sealway, Tools.TestSsl, Tools.SslScan }.Select(tool => Cell(sighting.Offers[tool], version)));
                int[] reasons = [.. disagreements.Where(one => one.Version == version).Select(ReasonOf).Distinct().Order()];
                text.Append(CultureInfo.InvariantCulture, $"| {sighting.Server.Name} | {version.Label()} | {cells} | {(reasons.Length == 0 ? "agree" : string.Join(", ", reasons.Select(reason => reason == 0 ? "unexplained" : $"see {reason}")))} |\n");
            }

            if (sighting.Versions.Count == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {sighting.Server.Name} | | no TLS | no TLS | no TLS | agree |\n");
            }
        }

        text.Append("\n## Where they do not agree\n\n");
        for (int reason = 1; reason <= Explanation.All.Count; reason++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{reason}. {Explanation.All[reason - 1].Reason}\n");
            foreach (IGrouping<(string, TlsVersion, Tools), Disagreement> group in sightings.SelectMany(sighting => sighting.Disagreements()).Where(one => ReasonOf(one) == reason).GroupBy(one => (one.Server, one.Version, one.SeenBy)))
            {
                text.Append(CultureInfo.InvariantCulture, $"   - {group.Key.Item1}, {group.Key.Item2.Label()}, seen by {Names(group.Key.Item3)}: {string.Join(", ", group.Select(one => one.Suite?.ToString() ?? "the version"))}\n");
            }
        }

        text.Append("\n## The suites\n\n");
        foreach (Sighting sighting in sightings.Where(sighting => sighting.Versions.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"**{sighting.Server.Name}**\n\n");
            foreach (TlsVersion version in sighting.Versions)
            {
                text.Append(CultureInfo.InvariantCulture, $"- {version.Label()}: {string.Join(", ", sighting.Suites(version).Select(Hex))}\n");
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    /// <summary>The number of the explanation; 0: there is none.</summary>
    public static int ReasonOf(Disagreement disagreement)
    {
        for (int reason = 1; reason <= Explanation.All.Count; reason++)
        {
            if (Explanation.All[reason - 1].Covers(disagreement))
            {
                return reason;
            }
        }

        return 0;
    }

    private static string Cell(Offer offer, TlsVersion version) => offer.Has(version, null) ? offer.Of(version).Count.ToString(CultureInfo.InvariantCulture) : "–";

    private static string Hex(TlsCipherSuite suite) => string.Create(CultureInfo.InvariantCulture, $"{suite} ({(ushort)suite:X4})");

    private static string Names(Tools tools) => tools == Tools.None ? "nobody" : string.Join(" and ", new[] { (Tools.Sealway, "sealway"), (Tools.TestSsl, "testssl.sh"), (Tools.SslScan, "sslscan") }.Where(tool => tools.HasFlag(tool.Item1)).Select(tool => tool.Item2));

    private static string Words(Defect defect) => defect switch
    {
        Defect.OldVersion => "TLS 1.0 and 1.1",
        Defect.NoForwardSecrecy => "suites without forward secrecy",
        Defect.Rc4 => "RC4",
        Defect.TripleDes => "Triple DES",
        Defect.NullCipher => "suites without encryption",
        Defect.Anonymous => "suites without authentication",
        Defect.WeakGroup => "a finite-field group of 1,024 bits",
        Defect.Expired => "expired",
        Defect.NotYetValid => "not yet valid",
        Defect.WrongName => "wrong name",
        Defect.IncompleteChain => "intermediate missing",
        Defect.SelfSigned => "self-signed",
        Defect.WeakKey => "RSA of 1,024 bits",
        Defect.WeakSignature => "SHA-1 in the signature",
        Defect.ClientRenegotiation => "clients may renegotiate",
        _ => "no TLS",
    };
}
