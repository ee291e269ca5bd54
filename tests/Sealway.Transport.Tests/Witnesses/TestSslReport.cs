namespace Sealway.Transport.Tests;

using System.Globalization;
using System.Net.Security;
using System.Text.Json;
using System.Text.RegularExpressions;

/// <summary>What testssl.sh wrote into its JSON file.</summary>
/// <param name="Findings">Its findings in order.</param>
internal sealed partial record TestSslReport(IReadOnlyList<TestSslFinding> Findings)
{
    private static readonly Dictionary<string, TlsVersion> _versions = new()
    {
        ["SSLv2"] = TlsVersion.Ssl2,
        ["SSLv3"] = TlsVersion.Ssl3,
        ["TLS1"] = TlsVersion.Tls10,
        ["TLS1_1"] = TlsVersion.Tls11,
        ["TLS1_2"] = TlsVersion.Tls12,
        ["TLS1_3"] = TlsVersion.Tls13,
    };

    /// <summary>Reads the file; it is missing where nothing could be tested.</summary>
    /// <exception cref="JsonException">It is not what testssl.sh writes.</exception>
    public static TestSslReport Read(string file)
    {
        if (!File.Exists(file))
        {
            return new TestSslReport([]);
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        return new TestSslReport([.. document.RootElement.EnumerateArray().Select(one => new TestSslFinding(
            one.GetProperty("id").GetString()!,
            Enum.Parse<Severity>(one.GetProperty("severity").GetString()!, ignoreCase: true),
            one.GetProperty("finding").GetString()!))]);
    }

    /// <summary>Whether it came to the end of its tests.</summary>
    public bool Ended => Findings.Any(finding => finding.Id == "scanTime") && Findings.All(finding => finding.Severity != Severity.Fatal);

    /// <summary>What it found with <c>-p -E</c>.</summary>
    public Offer Offer()
    {
        List<(TlsVersion, TlsCipherSuite?)> found = [];
        foreach (TestSslFinding finding in Findings)
        {
            if (_versions.TryGetValue(finding.Id, out TlsVersion version) && finding.Text.StartsWith("offered", StringComparison.Ordinal))
            {
                found.Add((version, null));
            }
            else if (Suite().Match(finding.Id) is { Success: true } match)
            {
                found.Add((
                    _versions.First(one => one.Key.Equals(match.Groups["version"].Value, StringComparison.OrdinalIgnoreCase)).Value,
                    (TlsCipherSuite)ushort.Parse(match.Groups["suite"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            }
        }

        return new Offer(found);
    }

    [GeneratedRegex("^cipher-(?<version>[a-z0-9_]+)_x(?<suite>[0-9a-f]{1,4})$")]
    private static partial Regex Suite();
}
