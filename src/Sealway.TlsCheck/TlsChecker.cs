namespace Sealway.TlsCheck;

using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Judging;
using Sealway.TlsCheck.Keys;
using Sealway.TlsCheck.Probing;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Checks one endpoint from its first answer to its findings.</summary>
/// <param name="options">How.</param>
/// <param name="time">The clock.</param>
internal sealed class TlsChecker(CheckOptions options, TimeProvider time)
{
    /// <summary>Says what is going on.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>Checks an endpoint. Whatever the endpoint does, this ends with a report.</summary>
    public async Task<EndpointReport> CheckAsync(Target target, CancellationToken cancellation)
    {
        long began = time.GetTimestamp();
        string name = options.ServerName ?? target.Host;
        EndpointReport report = new() { Target = target.ToString(), ServerName = name, StartTls = options.StartTls, Parts = options.Parts, At = time.GetUtcNow() };
        using Dialer dialer = new(target, options, time, cancellation);
        using KeyShares shares = new();
        HelloProbe probe = new(dialer, new Target(name, target.Port).IsName ? name : null, shares);
        try
        {
            await RunAsync(report, dialer, probe).ConfigureAwait(false);
        }
        catch (PeerStopException stop)
        {
            report.Reason = stop.Message;
        }

        cancellation.ThrowIfCancellationRequested();
        if (options.StartTls != StartTls.StartTlsProtocol.None && dialer.StartTls.Offered == true)
        {
            report.StartTlsRequired = dialer.StartTls.Required switch { true => Answer.Yes, false => Answer.No, null => Answer.NotApplicable };
            report.StartTlsTrailing = dialer.StartTls.TrailingPlaintext ? Answer.Yes : Answer.No;
        }

        Judge.Apply(report);
        report.Address = dialer.Address?.ToString();
        report.Connections = dialer.Opened;
        report.Seconds = Math.Round(time.GetElapsedTime(began).TotalSeconds, 2);
        return report;
    }

    private async Task RunAsync(EndpointReport report, Dialer dialer, HelloProbe probe)
    {
        // One hello first, for everything: a host that is not there is asked no further.
        HelloAnswer first = await FirstAsync(probe).ConfigureAwait(false);
        if (first.Stop is { Kind: StopKind.Unreachable } or { Kind: StopKind.NoStartTls })
        {
            report.Outcome = first.Stop.Kind == StopKind.NoStartTls ? Outcome.Plaintext : Outcome.Unreachable;
            report.Reason = first.Stop.Message;
            return;
        }

        if (first.Stop is { Kind: StopKind.TimedOut or StopKind.Spent })
        {
            report.Outcome = Outcome.NotTls;
            report.Reason = $"it took the connection and then said nothing: {first.Why}";
            return;
        }

        // Most holes are told by the suites, and groups and whole handshakes are tried with what is accepted.
        bool suites = options.Parts != CheckParts.Versions;
        SuiteProbe prober = new(probe);
        Progress?.Invoke("versions and suites");
        VersionSeen[] seen = await Task.WhenAll(ProtocolVersions.All.Select(version =>
            version == ProtocolVersion.Ssl2 ? new Ssl2Probe(probe).RunAsync() : prober.RunAsync(version, suites))).ConfigureAwait(false);
        report.Versions = [.. seen.Select(Told)];
        if (!seen.Any(version => version.Offered == Answer.Yes))
        {
            // It speaks TLS, if it answered the first hello, though no more could be told.
            report.Outcome = first.Hello is not null && seen.Any(version => version.Offered == Answer.Undetermined) ? Outcome.Checked : Outcome.NotTls;
            report.Reason = first.Hello is null ? $"no version of TLS: {first.Why}" : "no version of TLS could be told";
            return;
        }

        report.Outcome = Outcome.Checked;
        Seen known = new(seen);
        ClientCredential? credential = options.ClientCertificate is { Count: > 0 } given ? new ClientCredential(given) : null;
        FullHandshake full = new(probe, credential);
        FeatureProbe features = new(probe, full, known, credential is not null);
        if (options.Parts.HasFlag(CheckParts.Groups))
        {
            Progress?.Invoke("groups");
            await new GroupProbe(probe, full, known).RunAsync(report).ConfigureAwait(false);
        }

        if (options.Parts.HasFlag(CheckParts.Certificate))
        {
            Progress?.Invoke("certificates");
            await new CertificateProbe(probe, full, known, new ChainJudge(report.ServerName, options.Authorities, report.At)).RunAsync(report).ConfigureAwait(false);
            await features.DemandAsync(report).ConfigureAwait(false);
        }

        if (options.Parts.HasFlag(CheckParts.Features))
        {
            Progress?.Invoke("features");
            await features.RunAsync(report).ConfigureAwait(false);
        }

        if (options.Parts.HasFlag(CheckParts.Holes))
        {
            Progress?.Invoke("holes");
            await new HoleProbe(probe, full, known, options.StartTls).RunAsync(report).ConfigureAwait(false);
        }
    }

    private static async Task<HelloAnswer> FirstAsync(HelloProbe probe) =>
        await probe.AskAsync(probe.Plan(ProtocolVersion.Tls13) with
        {
            Suites = [.. CipherSuites.For(ProtocolVersion.Tls13).Concat(CipherSuites.For(ProtocolVersion.Tls12).Take(40)).Select(suite => (ushort)suite.Id)],
            SupportedVersions = [0x0304, 0x0303, 0x0302, 0x0301],
        }).ConfigureAwait(false);

    private static VersionReport Told(VersionSeen seen) =>
        new(seen.Version.Name(), seen.Offered, seen.Offered == Answer.Yes && seen.SuitesComplete ? null : seen.Why, [.. seen.Suites.Select(SuiteReport.Of)], seen.SuitesComplete, seen.ServerOrder);
}
