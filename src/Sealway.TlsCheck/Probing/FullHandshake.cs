namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Wire;

/// <summary>Runs whole handshakes, on connections of their own, and once more where the first says nothing.</summary>
/// <param name="probe">Opens and offers.</param>
/// <param name="credential">What we show when asked, or null.</param>
internal sealed class FullHandshake(HelloProbe probe, ClientCredential? credential)
{
    private const int Tries = 2;

    /// <summary>Runs a handshake, and what is to follow on the same connection.</summary>
    /// <param name="plan">What to offer.</param>
    /// <param name="finish">To its end; otherwise until the server's flight is over.</param>
    /// <param name="withCertificate">Whether our certificate is shown if there is one.</param>
    /// <param name="after">What follows, if the handshake came as far as asked.</param>
    /// <param name="injected">A command behind the request for TLS in plain text.</param>
    public async Task<HandshakeResult> RunAsync(HelloPlan plan, bool finish, bool withCertificate = true, Func<ProbeConnection, HandshakeResult, Tls13Handshake?, Task>? after = null, string? injected = null)
    {
        HandshakeResult result = new();
        for (int tried = 0; tried < Tries; tried++)
        {
            result = await OnceAsync(plan, finish, withCertificate, after, injected).ConfigureAwait(false);
            if (result.Stop is not { Kind: StopKind.TimedOut or StopKind.Unreachable or StopKind.Closed })
            {
                break;
            }
        }

        return result;
    }

    private async Task<HandshakeResult> OnceAsync(HelloPlan plan, bool finish, bool withCertificate, Func<ProbeConnection, HandshakeResult, Tls13Handshake?, Task>? after, string? injected)
    {
        HandshakeResult result = new();
        try
        {
            ProbeConnection connection = await probe.Dialer.OpenAsync(injected).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                ClientCredential? shown = withCertificate ? credential : null;
                Tls13Handshake? modern = plan.Version == ProtocolVersion.Tls13 ? new Tls13Handshake(connection, probe.Shares, shown) : null;
                result = modern is not null
                    ? await modern.RunAsync(plan, finish).ConfigureAwait(false)
                    : await new Tls12Handshake(connection, probe.Shares, shown).RunAsync(plan, finish).ConfigureAwait(false);
                if (after is not null && result.Stop is null)
                {
                    await after(connection, result, modern).ConfigureAwait(false);
                }
            }
        }
        catch (PeerStopException stop)
        {
            result.Stop ??= stop;
        }

        probe.Dialer.Note(result.Stop);
        return result;
    }
}
