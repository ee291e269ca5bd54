namespace Sealway.TlsCheck.Probing;

using System.Text;
using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.StartTls;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Asks for the old holes by name, in ways that harm nobody: at most a few bytes are asked for, and nothing is kept.</summary>
/// <param name="probe">Asks.</param>
/// <param name="full">Runs flights.</param>
/// <param name="seen">The versions found.</param>
/// <param name="startTls">What is spoken before TLS.</param>
internal sealed class HoleProbe(HelloProbe probe, FullHandshake full, Seen seen, StartTlsProtocol startTls)
{
    /// <summary>How many bytes a heartbeat asks for.</summary>
    public const int HeartbleedBytes = 16;

    /// <summary>Fills in the holes.</summary>
    public async Task RunAsync(EndpointReport report)
    {
        Task<HoleReport>[] asked = [HeartbleedAsync(), InjectionAsync(), new RobotProbe(probe, full, seen).RunAsync(), TicketbleedAsync(), PlaintextAsync()];
        HoleReport[] probed = await Task.WhenAll(asked).ConfigureAwait(false);
        report.Holes = [.. probed.Concat(Derived(report)).Where(hole => hole.Vulnerable != Answer.NotApplicable)];
    }

    // What follows from versions and suites alone.
    private IEnumerable<HoleReport> Derived(EndpointReport report)
    {
        VersionSeen ssl2 = seen.Of(ProtocolVersion.Ssl2);
        VersionSeen ssl3 = seen.Of(ProtocolVersion.Ssl3);
        yield return new HoleReport("drown", ssl2.Offered, ssl2.Offered == Answer.Yes ? "SSL 2 is offered" : "SSL 2 is not offered here; the same key elsewhere would matter too");
        yield return Suite("poodle", [ssl3], suite => suite.Cbc, "SSL 3 with CBC");
        VersionSeen[] old = [ssl3, seen.Of(ProtocolVersion.Tls10), seen.Of(ProtocolVersion.Tls11), seen.Of(ProtocolVersion.Tls12)];
        yield return Suite("freak", old, suite => suite is { Export: true, RsaKeyExchange: true }, "export RSA");
        HoleReport export = Suite("logjam", old, suite => suite is { Export: true, ForwardSecret: true }, "export DHE");
        DheReport? small = report.Dhe.FirstOrDefault(prime => prime.Bits <= 1024);
        bool unknown = !report.GroupsComplete && old.SelectMany(one => one.Suites).Any(suite => suite.KeyExchange.StartsWith("DHE_", StringComparison.Ordinal));
        yield return export.Vulnerable == Answer.Yes ? export
            : small is not null ? new HoleReport("logjam", Answer.Yes, $"a prime of {small.Bits} bits{(small.Name is { } name ? $", shared by many: {name}" : string.Empty)}")
            : unknown ? new HoleReport("logjam", Answer.Undetermined, "not every prime was seen")
            : export;
        yield return Suite("sweet32", old, suite => suite.SmallBlock && !suite.Export, "blocks of 64 bits");
        yield return Suite("rc4", old, suite => suite.Rc4, "RC4");
        yield return Suite("beast", [ssl3, seen.Of(ProtocolVersion.Tls10)], suite => suite.Cbc, "CBC before TLS 1.1; clients of today split records against it");
        yield return Suite("lucky13", old, suite => suite.Cbc, "CBC: depends on the implementation's timing, which is not measured");
        if (report.Features.Compression != Answer.NotApplicable)
        {
            yield return new HoleReport("crime", report.Features.Compression, "TLS compression");
        }
    }

    private static HoleReport Suite(string id, VersionSeen[] versions, Func<CipherSuite, bool> which, string detail)
    {
        string[] found = [.. versions.SelectMany(version => version.Suites.Where(which)).Select(suite => suite.Name).Distinct()];
        bool sure = versions.All(version => version.Offered == Answer.No || (version.Offered == Answer.Yes && version.SuitesComplete));
        return found.Length > 0 ? new HoleReport(id, Answer.Yes, $"{detail}: {Judging.Text.Some(found)}")
            : new HoleReport(id, sure ? Answer.No : Answer.Undetermined, sure ? "nothing of the kind is accepted" : "not every suite was seen");
    }

    private async Task<HoleReport> HeartbleedAsync()
    {
        const string Id = "heartbleed";
        if (seen.BestOld is not { } version)
        {
            return new HoleReport(Id, Answer.No, "no version that has it");
        }

        Answer told = Answer.Undetermined;
        string detail = "the handshake did not come far enough";
        HandshakeResult result = await full.RunAsync(probe.Plan(version, seen.Suites(version)) with { Heartbeat = true }, finish: false, after: async (connection, flight, _) =>
        {
            if (!flight.Hello!.Extensions.Has(ExtensionType.Heartbeat))
            {
                told = Answer.No;
                detail = "it does not speak heartbeat";
                return;
            }

            // Says that it holds 16 bytes and holds none: a sound server drops it without a word (RFC 6520 section 4).
            await connection.SendAsync(ContentType.Heartbeat, new byte[] { 1, 0, HeartbleedBytes }, flight.Hello.Version).ConfigureAwait(false);
            await connection.SendAsync(ContentType.Alert, new byte[] { 1, (byte)AlertDescription.CloseNotify }, flight.Hello.Version).ConfigureAwait(false);
            try
            {
                while (true)
                {
                    TlsRecord record = await connection.ReadRecordAsync().ConfigureAwait(false);
                    if (record.Type == ContentType.Heartbeat && record.Body.Length > 3)
                    {
                        told = Answer.Yes;
                        detail = $"it answered a heartbeat without content with {record.Body.Length - 3} bytes of its memory";
                        return;
                    }
                }
            }
            catch (PeerStopException stop)
            {
                told = stop.Kind == StopKind.TimedOut ? Answer.Undetermined : Answer.No;
                detail = told == Answer.No ? "it dropped a malformed heartbeat" : "no end came in time";
            }
        }).ConfigureAwait(false);
        return new HoleReport(Id, told, told == Answer.Undetermined && result.Stop is { } why ? $"{detail}: {why.Message}" : detail);
    }

    // CVE-2014-0224: a change_cipher_spec before there are keys.
    private async Task<HoleReport> InjectionAsync()
    {
        const string Id = "ccs-injection";
        if (seen.BestOld is not { } version)
        {
            return new HoleReport(Id, Answer.No, "no version that has it");
        }

        Answer told = Answer.Undetermined;
        string detail = "the handshake did not come far enough";
        await full.RunAsync(probe.Plan(version, seen.Suites(version)), finish: false, after: async (connection, flight, _) =>
        {
            byte[] one = ProbeConnection.Record(ContentType.ChangeCipherSpec, [1], flight.Hello!.Version);
            try
            {
                // The second is opened with empty keys by a server that took the first.
                await connection.SendRawAsync((byte[])[.. one, .. one]).ConfigureAwait(false);
                await connection.ReadRecordAsync().ConfigureAwait(false);
            }
            catch (PeerStopException stop)
            {
                (told, detail) = stop switch
                {
                    { Alert: AlertDescription.BadRecordMac or AlertDescription.DecryptionFailed } => (Answer.Yes, "it took change_cipher_spec before there were keys"),
                    { Refused: true } => (Answer.No, $"it refused an early change_cipher_spec: {stop.Message}"),
                    _ => (Answer.Undetermined, stop.Message),
                };
            }
        }).ConfigureAwait(false);
        return new HoleReport(Id, told, detail);
    }

    // CVE-2016-9244: an echo of 32 bytes where fewer were sent.
    private async Task<HoleReport> TicketbleedAsync()
    {
        const string Id = "ticketbleed";
        if (seen.BestOld is not { } version || !seen.Suites(version).Any(Tls12Handshake.CanFinish))
        {
            return new HoleReport(Id, seen.BestOld is null ? Answer.No : Answer.Undetermined, seen.BestOld is null ? "no version that has it" : "no whole handshake can be done here with its suites");
        }

        HelloPlan plan = probe.Plan(version, seen.Suites(version).Where(Tls12Handshake.CanFinish)) with
        {
            Groups = [NamedGroups.X25519, NamedGroups.Secp256r1, NamedGroups.Secp384r1, NamedGroups.Secp521r1],
            Ticket = [],
        };
        HandshakeResult first = await full.RunAsync(plan, finish: true).ConfigureAwait(false);
        if (first.Hello is { } hello && !hello.Extensions.Has(ExtensionType.SessionTicket))
        {
            return new HoleReport(Id, Answer.No, "it gives no tickets");
        }

        if (first.Ticket is not { Length: > 0 } ticket)
        {
            return new HoleReport(Id, Answer.Undetermined, first.Stop?.Message ?? "no ticket came");
        }

        byte[] mark = [0xA5];
        HelloAnswer answer = await probe.AskAsync(plan with { Ticket = ticket, SessionId = mark }).ConfigureAwait(false);
        return answer.Hello is not { } echo ? new HoleReport(Id, Answer.Undetermined, answer.Why)
            : echo.SessionId.Length > mark.Length && echo.SessionId[0] == mark[0] ? new HoleReport(Id, Answer.Yes, $"it answered a session id of 1 byte with {echo.SessionId.Length}")
            : new HoleReport(Id, Answer.No, "it echoes no more than was sent");
    }

    // CVE-2011-0411: a command sent in plain text behind STARTTLS, carried out within TLS.
    private async Task<HoleReport> PlaintextAsync()
    {
        const string Id = "starttls-injection";
        if (startTls != StartTlsProtocol.Smtp || !seen.Offers(ProtocolVersion.Tls13) && (seen.BestOld is not { } old || !seen.Suites(old).Any(Tls12Handshake.CanFinish)))
        {
            return new HoleReport(Id, startTls == StartTlsProtocol.Smtp ? Answer.Undetermined : Answer.NotApplicable, "no whole handshake can be done here with its suites");
        }

        ProtocolVersion version = seen.Offers(ProtocolVersion.Tls13) ? ProtocolVersion.Tls13 : seen.BestOld!.Value;
        HelloPlan plan = version == ProtocolVersion.Tls13 ? probe.Plan(version) : probe.Plan(version, seen.Suites(version).Where(Tls12Handshake.CanFinish)) with { Groups = [NamedGroups.X25519, NamedGroups.Secp256r1, NamedGroups.Secp384r1] };
        string first = string.Empty;
        HandshakeResult result = await full.RunAsync(plan, finish: true, injected: "NOOP\r\n", after: async (connection, flight, handshake) =>
        {
            await connection.SendAsync(ContentType.ApplicationData, "QUIT\r\n"u8.ToArray(), ProtocolVersion.Tls12).ConfigureAwait(false);
            byte[]? data = handshake is not null
                ? await handshake.ReadAfterAsync(flight, 16).ConfigureAwait(false)
                : (await connection.ReadRecordAsync().ConfigureAwait(false)).Body;
            first = Encoding.Latin1.GetString(data ?? []);
        }).ConfigureAwait(false);
        return first.StartsWith("221", StringComparison.Ordinal) ? new HoleReport(Id, Answer.No, "what was sent behind STARTTLS in plain text was dropped")
            : first.StartsWith('2') || first.StartsWith('5') ? new HoleReport(Id, Answer.Yes, "a command sent behind STARTTLS in plain text was answered within TLS")
            : result.Stop is { Refused: true } && !result.Completed ? new HoleReport(Id, Answer.No, "it ends a connection with plain text behind STARTTLS")
            : new HoleReport(Id, Answer.Undetermined, result.Stop?.Message ?? "no answer that says it");
    }
}
