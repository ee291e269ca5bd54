namespace Sealway.Links;

/// <summary>What is known of one HTTPS connection, from its first byte on.</summary>
internal sealed class FollowConnection
{
    private int _requests;

    internal TlsVerdict Verdict { get; } = new();

    /// <summary>Whether a TLS client hello came.</summary>
    internal bool Greeted { get; set; }

    /// <summary>Whether a request ever came.</summary>
    internal bool Used => Volatile.Read(ref _requests) != 0;

    internal void Requested() => Interlocked.Increment(ref _requests);
}
