namespace Sealway.Links;

/// <summary>TLS keys are not logged, for a named reason.</summary>
/// <param name="reason">The named reason.</param>
/// <param name="text">What a person can act on.</param>
/// <param name="inner">What the platform said.</param>
public sealed class TlsKeyLogException(TlsKeyLogRefusal reason, string text, Exception? inner = null) : Exception($"{reason}: {text}", inner)
{
    /// <summary>The named reason.</summary>
    public TlsKeyLogRefusal Reason { get; } = reason;
}
