namespace Sealway.TlsCheck.Probing;

using System.Security.Cryptography;
using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Judging;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Collects every chain that the server shows: in each version, and for each kind of key.</summary>
/// <param name="probe">Offers.</param>
/// <param name="full">Runs whole flights.</param>
/// <param name="seen">The versions found.</param>
/// <param name="judge">Judges a chain.</param>
internal sealed class CertificateProbe(HelloProbe probe, FullHandshake full, Seen seen, ChainJudge judge)
{
    public async Task RunAsync(EndpointReport report)
    {
        (ProtocolVersion Version, HelloPlan Plan)[] plans = [.. Plans()];
        HandshakeResult[] results = await Task.WhenAll(plans.Select(one => full.RunAsync(one.Plan, finish: false))).ConfigureAwait(false);
        List<(ProtocolVersion Version, HandshakeResult Result)> shown = [.. plans.Zip(results, (plan, result) => (plan.Version, result)).Where(one => one.result.Certificates is { Certificates.Count: > 0 })];
        report.Chains =
        [
            .. shown.GroupBy(one => Fingerprint(one.Result.Certificates!)).Select(same => judge.Judge(
                [.. same.Select(one => one.Version.Name()).Distinct()],
                same.First().Result.Certificates!,
                same.Any(one => one.Result.Status || one.Result.Certificates!.Stapled) ? Answer.Yes : Answer.No,
                Worst([.. same.Select(one => one.Result)]))),
        ];
        if (report.Chains.Count > 0)
        {
            report.Features.OcspStapling = report.Chains.Any(chain => chain.Stapled == Answer.Yes) ? Answer.Yes : Answer.No;
        }
        else if (seen.AllSuites.Any(suite => !suite.Anonymous))
        {
            report.Features.OcspStapling = Answer.Undetermined;
        }

        CertificateDemand? demand = results.Select(result => result.Demand).FirstOrDefault(one => one is not null);
        bool whole = results.Any(result => result.FlightWhole);
        report.ClientCertificate = new ClientCertificateReport(demand is not null ? Answer.Yes : whole ? Answer.No : Answer.Undetermined, Answer.NotApplicable, Answer.NotApplicable, demand?.Authorities ?? []);
        bool? retried = results.Any(result => result.Retry is not null) ? true : null;
        report.Features.HelloRetryRequest = retried == true ? Answer.Yes : Answer.NotApplicable;
    }

    // One handshake whose signature is false outweighs all that fit.
    private static (int? Scheme, Answer Verified) Worst(HandshakeResult[] results)
    {
        HandshakeResult worst = results.FirstOrDefault(result => result.SignatureVerified == Answer.No)
            ?? results.FirstOrDefault(result => result.SignatureVerified == Answer.Yes)
            ?? results.FirstOrDefault(result => result.Scheme is not null)
            ?? results[0];
        return (worst.Scheme, worst.SignatureVerified);
    }

    private static string Fingerprint(CertificateList list) => string.Join('.', list.Certificates.Select(one => Convert.ToHexString(SHA256.HashData(one))));

    private IEnumerable<(ProtocolVersion Version, HelloPlan Plan)> Plans()
    {
        foreach (ProtocolVersion version in seen.Offered.Where(version => version >= ProtocolVersion.Ssl3))
        {
            if (version == ProtocolVersion.Tls13)
            {
                HelloPlan plan = probe.Plan(version) with { StatusRequest = true };
                yield return (version, plan);
                foreach (IReadOnlyList<ushort> kind in new[] { SignatureSchemes.Rsa, SignatureSchemes.Ecdsa, SignatureSchemes.EdDsa })
                {
                    yield return (version, plan with { Signatures = kind });
                }

                // A group of which it gets no key: that makes the server ask again.
                yield return (version, plan with { KeyShares = [], Groups = [NamedGroups.Secp256r1, NamedGroups.X25519, NamedGroups.Secp384r1] });
                continue;
            }

            foreach (IGrouping<string, CipherSuite> kind in seen.Suites(version).Where(suite => !suite.Anonymous && !suite.KeyExchange.EndsWith("PSK", StringComparison.Ordinal)).GroupBy(Kind))
            {
                yield return (version, probe.Plan(version, kind) with { StatusRequest = true });
            }
        }
    }

    private static string Kind(CipherSuite suite) =>
        suite.KeyExchange is "RSA" ? "RSA key exchange"
        : suite.KeyExchange.Contains("ECDSA", StringComparison.Ordinal) ? "ECDSA"
        : suite.KeyExchange.Contains("DSS", StringComparison.Ordinal) ? "DSS"
        : "RSA";
}
