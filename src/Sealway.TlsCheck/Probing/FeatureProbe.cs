namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Finds out what the server can do beside the bare handshake.</summary>
/// <param name="probe">Asks.</param>
/// <param name="full">Runs whole handshakes.</param>
/// <param name="seen">The versions found.</param>
/// <param name="hasCredential">Whether we have a certificate to show.</param>
internal sealed class FeatureProbe(HelloProbe probe, FullHandshake full, Seen seen, bool hasCredential)
{
    private static readonly string[] Protocols = ["h2", "http/1.1", "mqtt", "xmpp-client", "smtp", "amqp", "h3", "http/1.0"];

    /// <summary>Fills in the features, and whether a client certificate is required.</summary>
    public async Task RunAsync(EndpointReport report)
    {
        FeatureReport features = report.Features;
        List<Task> all = [];
        if (seen.BestOld is { } old)
        {
            all.AddRange([ExtensionsAsync(features, old), CompressionAsync(features, old), ByIdAsync(features, old), ByTicketAsync(features, old), RenegotiationAsync(features, old)]);
            if (seen.Offered.Count(version => version >= ProtocolVersion.Ssl3) > 1)
            {
                all.Add(FallbackAsync(features));
            }
        }

        if (seen.Offers(ProtocolVersion.Tls13))
        {
            all.Add(PskAsync(features));
            if (seen.BestOld is { } below)
            {
                all.Add(SentinelAsync(features, below));
            }
        }

        all.Add(AlpnAsync(features));
        await Task.WhenAll(all).ConfigureAwait(false);
    }

    /// <summary>Whether the server goes on without a certificate, and whether it takes ours.</summary>
    public async Task DemandAsync(EndpointReport report)
    {
        if (report.ClientCertificate.Asked != Answer.Yes)
        {
            return;
        }

        Answer required = await WithoutAsync(withCertificate: false).ConfigureAwait(false);
        Answer accepted = !hasCredential ? Answer.NotApplicable : Negated(await WithoutAsync(withCertificate: true).ConfigureAwait(false));
        report.ClientCertificate = report.ClientCertificate with { Required = required, Accepted = accepted };
    }

    private static Answer Negated(Answer answer) => answer switch { Answer.Yes => Answer.No, Answer.No => Answer.Yes, _ => answer };

    // Yes: the server ended it. In TLS 1.3 the client is done first and learns it only by what comes after.
    private async Task<Answer> WithoutAsync(bool withCertificate)
    {
        ProtocolVersion version = seen.Offers(ProtocolVersion.Tls13) ? ProtocolVersion.Tls13 : seen.BestOld ?? ProtocolVersion.Tls12;
        HandshakeResult result;
        if (version == ProtocolVersion.Tls13)
        {
            Answer told = Answer.Undetermined;
            result = await full.RunAsync(probe.Plan(version), finish: true, withCertificate, async (connection, _, _) =>
            {
                told = await GoodbyeAsync(connection).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return result.Completed ? told : result.Stop is { Kind: StopKind.Alert } ? Answer.Yes : Answer.Undetermined;
        }

        Answer after = Answer.Undetermined;
        result = await full.RunAsync(FinishPlan(version), finish: true, withCertificate, async (connection, _, _) =>
        {
            after = await GoodbyeAsync(connection).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return result.Completed ? after : result.Stop is { Refused: true } && result.FlightWhole ? Answer.Yes : Answer.Undetermined;
    }

    // Says that we are done; a server that is content says so too, one that is not has sent an alert before.
    private static async Task<Answer> GoodbyeAsync(ProbeConnection connection)
    {
        try
        {
            await connection.SendAsync(ContentType.Alert, new byte[] { 1, (byte)AlertDescription.CloseNotify }, ProtocolVersion.Tls12).ConfigureAwait(false);
            while (true)
            {
                await connection.ReadRecordAsync().ConfigureAwait(false);
            }
        }
        catch (PeerStopException stop)
        {
            return stop.Kind switch
            {
                StopKind.Alert when stop.Alert != AlertDescription.CloseNotify => Answer.Yes,
                StopKind.Alert => Answer.No,
                StopKind.Closed when stop.Message.EndsWith("closed", StringComparison.Ordinal) => Answer.No,
                _ => Answer.Undetermined,
            };
        }
    }

    private HelloPlan FinishPlan(ProtocolVersion version) =>
        probe.Plan(version, seen.Suites(version).Where(Tls12Handshake.CanFinish).OrderBy(suite => suite.Anonymous).ThenByDescending(suite => suite.Aead)) with
        {
            Groups = [NamedGroups.X25519, NamedGroups.Secp256r1, NamedGroups.Secp384r1, NamedGroups.Secp521r1],
            ExtendedMasterSecret = true,
        };

    private bool CanFinish(ProtocolVersion version) => seen.Suites(version).Any(Tls12Handshake.CanFinish);

    private async Task ExtensionsAsync(FeatureReport features, ProtocolVersion version)
    {
        HelloAnswer answer = await probe.AskAsync(probe.Plan(version, seen.Suites(version)) with { ExtendedMasterSecret = true, Heartbeat = true, Ticket = [] }).ConfigureAwait(false);
        Answer Has(ushort type) => answer.Hello is not { } hello ? Answer.Undetermined : hello.Extensions.Has(type) ? Answer.Yes : Answer.No;
        features.SecureRenegotiation = Has(ExtensionType.RenegotiationInfo);
        features.ExtendedMasterSecret = Has(ExtensionType.ExtendedMasterSecret);
        features.Heartbeat = Has(ExtensionType.Heartbeat);
        CipherSuite[] cbc = [.. seen.Suites(version).Where(suite => suite.Cbc)];
        if (cbc.Length > 0)
        {
            HelloAnswer chained = await probe.AskAsync(probe.Plan(version, cbc) with { EncryptThenMac = true }).ConfigureAwait(false);
            features.EncryptThenMac = chained.Hello is not { } hello ? Answer.Undetermined : hello.Extensions.Has(ExtensionType.EncryptThenMac) ? Answer.Yes : Answer.No;
        }
    }

    private async Task CompressionAsync(FeatureReport features, ProtocolVersion version)
    {
        HelloAnswer answer = await probe.AskAsync(probe.Plan(version, seen.Suites(version)) with { Deflate = true }).ConfigureAwait(false);
        features.Compression = answer.Hello is { } hello ? (hello.Compression != 0 ? Answer.Yes : Answer.No) : answer.Stop is { Kind: StopKind.Alert } ? Answer.No : Answer.Undetermined;
    }

    // A client that says that it fell back, to a server that could do better (RFC 7507).
    private async Task FallbackAsync(FeatureReport features)
    {
        ProtocolVersion lower = seen.Offered.Where(version => version >= ProtocolVersion.Ssl3).Skip(1).First();
        HelloPlan plan = probe.Plan(lower, seen.Suites(lower));
        HelloAnswer answer = await probe.AskAsync(plan with { Suites = [.. plan.Suites, CipherSuites.FallbackScsv] }).ConfigureAwait(false);
        features.FallbackScsv = answer.Hello is not null ? Answer.No
            : answer.Stop is { Alert: AlertDescription.InappropriateFallback } ? Answer.Yes
            : answer.Refused ? Answer.Yes
            : Answer.Undetermined;
    }

    private async Task SentinelAsync(FeatureReport features, ProtocolVersion below)
    {
        HelloAnswer answer = await probe.AskAsync(probe.Plan(below, seen.Suites(below))).ConfigureAwait(false);
        features.DowngradeSentinel = answer.Hello is { } hello ? (hello.Sentinel is not null ? Answer.Yes : Answer.No) : Answer.Undetermined;
    }

    private async Task ByIdAsync(FeatureReport features, ProtocolVersion version)
    {
        if (!CanFinish(version))
        {
            features.ResumptionById = Answer.Undetermined;
            return;
        }

        HelloPlan plan = FinishPlan(version);
        HandshakeResult first = await full.RunAsync(plan, finish: true, after: (connection, _, _) => CloseAsync(connection, version)).ConfigureAwait(false);
        if (!first.Completed)
        {
            features.ResumptionById = Answer.Undetermined;
            return;
        }

        byte[] id = first.Hello!.SessionId;
        features.ResumptionById = id.Length == 0 ? Answer.No : await ResumesAsync(plan with { SessionId = id, Suites = [first.Hello.Suite, .. plan.Suites], Random = Fresh() }, id).ConfigureAwait(false);
    }

    private async Task ByTicketAsync(FeatureReport features, ProtocolVersion version)
    {
        if (!CanFinish(version))
        {
            features.ResumptionByTicket = Answer.Undetermined;
            return;
        }

        HelloPlan plan = FinishPlan(version) with { Ticket = [] };
        HandshakeResult first = await full.RunAsync(plan, finish: true, after: (connection, _, _) => CloseAsync(connection, version)).ConfigureAwait(false);
        byte[] id = Fresh();
        features.ResumptionByTicket = !first.Completed ? Answer.Undetermined
            : first.Ticket is not { Length: > 0 } ticket ? Answer.No
            : await ResumesAsync(plan with { Ticket = ticket, SessionId = id, Random = Fresh() }, id).ConfigureAwait(false);
    }

    private async Task<Answer> ResumesAsync(HelloPlan plan, byte[] id)
    {
        HelloAnswer answer = await probe.AskAsync(plan).ConfigureAwait(false);
        return answer.Hello is { } hello ? (hello.SessionId.AsSpan().SequenceEqual(id) ? Answer.Yes : Answer.No) : Answer.Undetermined;
    }

    // A session that is not closed properly may not be resumed.
    private static Task CloseAsync(ProbeConnection connection, ProtocolVersion version) =>
        connection.SendAsync(ContentType.Alert, new byte[] { 1, (byte)AlertDescription.CloseNotify }, version);

    private static byte[] Fresh() => System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);

    private async Task RenegotiationAsync(FeatureReport features, ProtocolVersion version)
    {
        if (!CanFinish(version))
        {
            features.ClientRenegotiation = Answer.Undetermined;
            return;
        }

        HelloPlan plan = FinishPlan(version);
        Answer told = Answer.Undetermined;
        await full.RunAsync(plan, finish: true, after: async (connection, result, _) =>
        {
            bool secure = result.Hello!.Extensions.Has(ExtensionType.RenegotiationInfo);
            HandshakeMessage again = ClientHello.Write(plan with { Renegotiation = secure ? result.ClientVerify : null, Random = Fresh() });
            try
            {
                await connection.SendAsync(ContentType.Handshake, again.Raw, version).ConfigureAwait(false);
                HandshakeMessage answer = await connection.ReadMessageAsync().ConfigureAwait(false);
                told = answer.Type == HandshakeType.ServerHello ? Answer.Yes : Answer.Undetermined;
            }
            catch (PeerStopException stop)
            {
                told = stop.Refused ? Answer.No : Answer.Undetermined;
            }
        }).ConfigureAwait(false);
        features.ClientRenegotiation = told;
    }

    private async Task PskAsync(FeatureReport features)
    {
        HelloPlan plan = probe.Plan(ProtocolVersion.Tls13) with { Groups = [.. NamedGroups.All.Where(group => Keys.KeyShares.Knows(group.Id)).Select(group => group.Id)] };
        bool ended = false;
        HandshakeResult first = await full.RunAsync(plan, finish: true, after: async (connection, result, handshake) =>
        {
            try
            {
                await connection.SendAsync(ContentType.Alert, new byte[] { 1, (byte)AlertDescription.CloseNotify }, ProtocolVersion.Tls12).ConfigureAwait(false);
                await handshake!.ReadAfterAsync(result, 1).ConfigureAwait(false);
            }
            catch (PeerStopException stop)
            {
                ended = stop is { Kind: StopKind.Closed } or { Alert: AlertDescription.CloseNotify };
            }
        }).ConfigureAwait(false);
        if (first.Tickets is not [PskTicket ticket, ..])
        {
            features.ResumptionByPsk = first.Completed && ended ? Answer.No : Answer.Undetermined;
            features.EarlyData = features.ResumptionByPsk;
            return;
        }

        features.EarlyData = ticket.EarlyData > 0 ? Answer.Yes : Answer.No;
        HelloPlan again = plan with { Random = Fresh(), Suites = [(ushort)first.Suite!.Id], KeyShares = [probe.Shares.Of(first.Hello!.Group ?? NamedGroups.X25519)] };
        HelloAnswer answer = await probe.AskAsync(async connection =>
        {
            connection.SkipsChangeCipherSpec = true;
            await connection.SendAsync(ContentType.Handshake, Tls13Handshake.WithBinder(again, ticket, first.Suite!).Raw, ProtocolVersion.Tls10).ConfigureAwait(false);
            return new HelloAnswer(await HelloProbe.ReadHelloAsync(connection).ConfigureAwait(false), null);
        }).ConfigureAwait(false);
        features.ResumptionByPsk = answer.Hello is { } hello ? (hello.Extensions.Has(ExtensionType.PreSharedKey) ? Answer.Yes : Answer.No) : Answer.Undetermined;
    }

    private async Task AlpnAsync(FeatureReport features)
    {
        ProtocolVersion version = seen.Offered.First();
        if (version < ProtocolVersion.Tls10)
        {
            return;
        }

        bool[] chosen = await Task.WhenAll(Protocols.Select(async protocol =>
        {
            HelloPlan plan = probe.Plan(version, seen.Suites(version)) with { Alpn = [protocol] };
            HandshakeResult result = await full.RunAsync(plan, finish: false).ConfigureAwait(false);
            Extensions extensions = version == ProtocolVersion.Tls13 ? result.Encrypted : result.Hello?.Extensions ?? Extensions.None;
            return extensions.Has(ExtensionType.Alpn);
        })).ConfigureAwait(false);
        features.Alpn = [.. Protocols.Where((_, at) => chosen[at])];
    }
}
