namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Keys;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Finds every group: each is offered alone.</summary>
/// <param name="probe">Asks.</param>
/// <param name="full">Runs whole flights.</param>
/// <param name="seen">The versions found.</param>
internal sealed class GroupProbe(HelloProbe probe, FullHandshake full, Seen seen)
{
    public async Task RunAsync(EndpointReport report)
    {
        List<(NamedGroup Group, ProtocolVersion Version, Task<Answer> Asked)> asked = [];
        if (seen.Offers(ProtocolVersion.Tls13))
        {
            asked.AddRange(NamedGroups.All.Where(group => group.Kind != GroupKind.Elliptic || group.OnlyTls13 || group.Id is >= 23 and <= 30 or 41)
                .Select(group => (group, ProtocolVersion.Tls13, Tls13Async(group))));
        }

        if (seen.BestOld is { } old && seen.Suites(old).Any(Elliptic))
        {
            asked.AddRange(NamedGroups.All.Where(group => group.Kind == GroupKind.Elliptic && !group.OnlyTls13)
                .Select(group => (group, old, OldAsync(old, group))));
        }

        Task<(DheReport? Report, Answer Found)>[] primes = [.. Primes().Select(plan => PrimeAsync(plan.Version, plan.Suites, plan.Export))];
        await Task.WhenAll(asked.Select(one => one.Asked)).ConfigureAwait(false);
        (DheReport? Report, Answer Found)[] found = await Task.WhenAll(primes).ConfigureAwait(false);
        report.Groups =
        [
            .. asked.Where(one => one.Asked.Result == Answer.Yes).GroupBy(one => one.Group)
                .Select(same => new GroupReport($"0x{same.Key.Id:X4}", same.Key.Name, same.Key.Bits, [.. same.Select(one => one.Version.Name())])),
        ];
        report.GroupsComplete = asked.All(one => one.Asked.Result is Answer.Yes or Answer.No) && found.All(one => one.Found is Answer.Yes or Answer.No);
        report.Dhe = [.. found.Select(one => one.Report).OfType<DheReport>().Distinct()];
    }

    private static bool Elliptic(CipherSuite suite) => suite.KeyExchange.StartsWith("ECDHE_", StringComparison.Ordinal) || suite.KeyExchange == "ECDH_anon";

    private static bool Field(CipherSuite suite) => suite.KeyExchange.StartsWith("DHE_", StringComparison.Ordinal) || suite.KeyExchange.StartsWith("DH_anon", StringComparison.Ordinal);

    // A hello without any key makes the server ask for one of the group, if it has the group.
    private async Task<Answer> Tls13Async(NamedGroup group)
    {
        HelloPlan plan = probe.Plan(ProtocolVersion.Tls13) with { Groups = [group.Id], KeyShares = [] };
        HelloAnswer answer = await probe.AskAsync(plan).ConfigureAwait(false);
        if (answer.Hello is null && answer.Refused && KeyShares.Knows(group.Id))
        {
            // Some servers mind a hello without a key, and take one with it.
            answer = await probe.AskAsync(plan with { KeyShares = [probe.Shares.Of(group.Id)] }).ConfigureAwait(false);
        }

        return answer switch
        {
            { Hello: { Version: ProtocolVersion.Tls13 } hello } => Told(() => hello.Group) == group.Id ? Answer.Yes : Answer.No,
            { Hello: not null } or { Refused: true } => Answer.No,
            _ => Answer.Undetermined,
        };
    }

    private async Task<Answer> OldAsync(ProtocolVersion version, NamedGroup group)
    {
        HandshakeResult result = await full.RunAsync(
            probe.Plan(version, seen.Suites(version).Where(Elliptic)) with { Groups = [group.Id] }, finish: false).ConfigureAwait(false);
        return result.KeyExchange is { Group: { } chosen } ? (chosen == group.Id ? Answer.Yes : Answer.No)
            : result.Stop is { Refused: true } ? Answer.No
            : Answer.Undetermined;
    }

    private IEnumerable<(ProtocolVersion Version, IReadOnlyList<CipherSuite> Suites, bool Export)> Primes()
    {
        foreach (ProtocolVersion version in seen.Offered.Where(version => version is >= ProtocolVersion.Ssl3 and <= ProtocolVersion.Tls12))
        {
            // Servers choose the prime by how they show who they are and by the cipher's strength.
            foreach (IGrouping<(string KeyExchange, bool Export, int Bits), CipherSuite> kind in
                seen.Of(version).Suites.Where(Field).GroupBy(suite => (suite.KeyExchange, suite.Export, suite.Bits)))
            {
                yield return (version, [.. kind], kind.Key.Export);
            }
        }
    }

    private async Task<(DheReport? Report, Answer Found)> PrimeAsync(ProtocolVersion version, IReadOnlyList<CipherSuite> suites, bool export)
    {
        HandshakeResult result = await full.RunAsync(probe.Plan(version, suites), finish: false).ConfigureAwait(false);
        return result.KeyExchange is { Prime: { } prime }
            ? (new DheReport(CommonPrimes.Bits(prime), CommonPrimes.Name(prime), export), Answer.Yes)
            : (null, Answer.Undetermined);
    }

    private static ushort? Told(Func<ushort?> read) => ProbeConnection.Parsed(read);
}
