namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Keys;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Sends one ClientHello and reads the answer; asks once more where the first answer says nothing.</summary>
/// <param name="dialer">Opens the connections.</param>
/// <param name="serverName">The name to ask for, or null.</param>
/// <param name="shares">Our keys for TLS 1.3.</param>
internal sealed class HelloProbe(Dialer dialer, string? serverName, KeyShares shares)
{
    private const int Tries = 2;

    public Dialer Dialer => dialer;

    public KeyShares Shares => shares;

    /// <summary>The hello of a version that most servers answer.</summary>
    public HelloPlan Plan(ProtocolVersion version, IEnumerable<CipherSuite>? suites = null)
    {
        IEnumerable<CipherSuite> offered = suites ?? CipherSuites.For(version).Take(SuiteProbe.AtOnce);
        bool tls13 = version == ProtocolVersion.Tls13;
        return new HelloPlan
        {
            Version = version,
            Suites = [.. offered.Select(suite => (ushort)suite.Id)],
            ServerName = serverName,
            Groups = [.. NamedGroups.All.Where(group => tls13 ? group.Kind != GroupKind.Lattice : group.Kind == GroupKind.Elliptic && !group.OnlyTls13).Select(group => group.Id)],
            KeyShares = tls13 ? shares.Usual : [],
            SessionId = tls13 ? shares.SessionId : [],
            Renegotiation = [],
        };
    }

    /// <summary>The answer to a plan.</summary>
    public Task<HelloAnswer> AskAsync(HelloPlan plan) => AskAsync(async connection =>
    {
        connection.SkipsChangeCipherSpec = plan.Version == ProtocolVersion.Tls13;
        await connection.SendAsync(ContentType.Handshake, ClientHello.Write(plan).Raw, RecordVersion(plan.Version)).ConfigureAwait(false);
        return new HelloAnswer(await ReadHelloAsync(connection).ConfigureAwait(false), null);
    });

    /// <summary>Runs a probe on a new connection, and once more if that tells nothing.</summary>
    public async Task<HelloAnswer> AskAsync(Func<ProbeConnection, Task<HelloAnswer>> probe)
    {
        HelloAnswer answer = new(null, null);
        for (int tried = 0; tried < Tries; tried++)
        {
            answer = await OnceAsync(probe).ConfigureAwait(false);
            if (answer.Hello is not null || answer.Stop is { Kind: StopKind.Alert or StopKind.Spent or StopKind.NoStartTls })
            {
                break;
            }
        }

        return answer;
    }

    /// <summary>The version in the headers of a first flight: no server minds the oldest that still is TLS (RFC 8446 section 5.1).</summary>
    public static ProtocolVersion RecordVersion(ProtocolVersion version) => version == ProtocolVersion.Ssl3 ? version : ProtocolVersion.Tls10;

    /// <summary>Reads a message that must be a ServerHello.</summary>
    public static async Task<ServerHello> ReadHelloAsync(ProbeConnection connection)
    {
        HandshakeMessage message = await connection.ReadMessageAsync().ConfigureAwait(false);
        return message.Type == HandshakeType.ServerHello
            ? ProbeConnection.Parsed(() => ServerHello.Read(message.Body))
            : throw ProbeConnection.Malformed($"handshake message {message.Type} where ServerHello is due");
    }

    private async Task<HelloAnswer> OnceAsync(Func<ProbeConnection, Task<HelloAnswer>> probe)
    {
        HelloAnswer answer;
        try
        {
            ProbeConnection connection = await dialer.OpenAsync().ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                answer = await probe(connection).ConfigureAwait(false);
            }
        }
        catch (PeerStopException stop)
        {
            answer = new HelloAnswer(null, stop);
        }

        dialer.Note(answer.Stop);
        return answer;
    }
}
