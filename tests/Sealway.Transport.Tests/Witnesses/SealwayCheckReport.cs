namespace Sealway.Transport.Tests;

using System.Globalization;
using System.Net.Security;
using System.Text.Json;

/// <summary>What <c>sealway tls check</c> wrote as JSON about one endpoint.</summary>
/// <param name="Outcome">How far it came.</param>
/// <param name="Offer">Versions and suites.</param>
/// <param name="Findings">The ids of its findings.</param>
/// <param name="Text">All of it, for messages.</param>
internal sealed record SealwayCheckReport(string Outcome, Offer Offer, IReadOnlySet<string> Findings, string Text)
{
    /// <summary>Reads it.</summary>
    public static SealwayCheckReport Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement endpoint = document.RootElement.GetProperty("endpoints").EnumerateArray().Single();
        List<(TlsVersion, TlsCipherSuite?)> found = [];
        foreach (JsonElement one in endpoint.GetProperty("versions").EnumerateArray().Where(one => one.GetProperty("offered").GetString() == "yes"))
        {
            TlsVersion version = Enum.GetValues<TlsVersion>().Single(known => known.Label() == one.GetProperty("version").GetString());
            found.Add((version, null));
            if (version != TlsVersion.Ssl2)
            {
                found.AddRange(one.GetProperty("suites").EnumerateArray()
                    .Select(suite => (version, (TlsCipherSuite?)ushort.Parse(suite.GetProperty("id").GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture))));
            }
        }

        return new SealwayCheckReport(
            endpoint.GetProperty("outcome").GetString()!,
            new Offer(found),
            endpoint.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("id").GetString()!).ToHashSet(),
            json);
    }
}
