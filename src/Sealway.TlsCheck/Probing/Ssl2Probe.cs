namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Wire;

/// <summary>Asks for SSL 2, which has records and messages of its own.</summary>
/// <param name="probe">Asks.</param>
internal sealed class Ssl2Probe(HelloProbe probe)
{
    public async Task<VersionSeen> RunAsync()
    {
        VersionSeen seen = new(ProtocolVersion.Ssl2);
        HelloAnswer answer = await probe.AskAsync(async connection =>
        {
            await connection.SendRawAsync(Ssl2Hello.Write()).ConfigureAwait(false);
            byte[] two = new byte[2];
            await connection.FillAsync(two).ConfigureAwait(false);
            if (Ssl2Hello.Length(two) is not { } length)
            {
                // A record of TLS, by all likelihood an alert.
                throw new PeerStopException(StopKind.Closed, "it answers in another protocol");
            }

            byte[] body = new byte[length];
            await connection.FillAsync(body).ConfigureAwait(false);
            Ssl2Hello hello = ProbeConnection.Parsed(() => Ssl2Hello.Read(body));
            seen.Offered = Answer.Yes;
            seen.Suites.Clear();
            seen.Suites.AddRange(hello.Suites);
            seen.SuitesComplete = true;
            return new HelloAnswer(null, new PeerStopException(StopKind.Alert, "done"));
        }).ConfigureAwait(false);
        if (seen.Offered != Answer.Yes)
        {
            // What is no SSL 2 in answer to SSL 2 says that the server does not speak it.
            seen.Offered = answer.Refused || answer.Stop?.Kind == StopKind.Malformed ? Answer.No : Answer.Undetermined;
            seen.Why = answer.Why;
        }

        return seen;
    }
}
