namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Handshakes;

/// <summary>What came back for one ClientHello.</summary>
/// <param name="Hello">The ServerHello, or null.</param>
/// <param name="Stop">Why there is none, or null.</param>
internal sealed record HelloAnswer(ServerHello? Hello, PeerStopException? Stop)
{
    /// <summary>Whether the peer said no.</summary>
    public bool Refused => Stop is { Refused: true };

    /// <summary>Whether nothing can be told from it.</summary>
    public bool Open => Hello is null && !Refused;

    public string Why => Stop?.Message ?? string.Empty;
}
