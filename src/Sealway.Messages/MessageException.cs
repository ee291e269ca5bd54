namespace Sealway.Messages;

/// <summary>The one exception at the border: bytes from outside were refused, for a named reason. Its text names the place, never the content.</summary>
public sealed class MessageException : Exception
{
    /// <summary>Refuses with a reason.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="where">Which part of which message, in words fit for a log line.</param>
    /// <param name="inner">What the library underneath said.</param>
    public MessageException(Refusal reason, string where, Exception? inner = null)
        : base($"{reason}: {where}", inner) => Reason = reason;

    /// <summary>Why the bytes were refused.</summary>
    public Refusal Reason { get; }
}
