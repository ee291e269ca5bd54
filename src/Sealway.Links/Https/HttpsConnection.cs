namespace Sealway.Links;

using System.Net.Security;

/// <summary>What is known of one HTTPS connection, from its first byte on.</summary>
internal class HttpsConnection : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private volatile LinkException? _refused;
    private int _requests;
    private int _underWay;

    internal HttpsConnection() => Ended = _end.Token;

    internal TlsVerdict Verdict { get; } = new() { Tells = true };

    /// <summary>Whose it is, one for each party; null before the handshake has shown it, and of who was refused in it.</summary>
    internal virtual string? Holder => Verdict.Peer?.ToString();

    /// <summary>Why it is refused though its handshake came to an end; null if it is not. Its requests are answered with this.</summary>
    internal LinkException? Refused => _refused;

    /// <summary>Cancelled when it is refused: requests that wait for news are answered at once.</summary>
    internal CancellationToken Ended { get; }

    /// <summary>Whether a request ever came.</summary>
    internal bool Used => Volatile.Read(ref _requests) != 0;

    /// <summary>Whether a request is being answered.</summary>
    internal bool Busy => Volatile.Read(ref _underWay) != 0;

    /// <summary>Who judges the certificate of the handshake: the policy alone, unless the server lets in others than the fleet's parties.</summary>
    /// <param name="policys">The policy's judging; it fills <see cref="Verdict"/>.</param>
    internal virtual RemoteCertificateValidationCallback Judge(RemoteCertificateValidationCallback policys) => policys;

    internal void Begin()
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _underWay);
    }

    internal void End() => Interlocked.Decrement(ref _underWay);

    /// <summary>Refuses what comes on it from now on.</summary>
    /// <returns>False if it was refused before.</returns>
    internal bool Refuse(LinkException cause)
    {
        if (Interlocked.CompareExchange(ref _refused, cause, null) is not null)
        {
            return false;
        }

        try
        {
            _ = _end.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this moment.
        }

        return true;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _end.Dispose();
        }
    }
}
