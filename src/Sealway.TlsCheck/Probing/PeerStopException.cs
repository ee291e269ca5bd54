namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Wire;

/// <summary>A connection went no further: an answer too, and often the one that a probe is after.</summary>
/// <param name="kind">Why.</param>
/// <param name="what">In words.</param>
/// <param name="alert">What the alert says, if it was one.</param>
internal sealed class PeerStopException(StopKind kind, string what, AlertDescription? alert = null) : Exception(what)
{
    public StopKind Kind { get; } = kind;

    public AlertDescription? Alert { get; } = alert;

    /// <summary>Whether the peer said no, and not merely nothing: by an alert or by closing.</summary>
    public bool Refused => Kind is StopKind.Alert or StopKind.Closed;

    /// <summary>As a fingerprint of how the peer behaves.</summary>
    public string Told => Alert is { } alert ? $"alert {(byte)alert}" : Kind.ToString();
}
