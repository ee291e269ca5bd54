namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>One thing given to a recorder: an accepted reading, or an event. Exactly one of the two is set.</summary>
/// <param name="At">When, in milliseconds since 1970 by the gateway's clock.</param>
/// <param name="Reading">The reading, or null.</param>
/// <param name="Event">The event, or null.</param>
public readonly record struct RecordedItem(ulong At, AcceptedReading? Reading, GatewayEvent? Event)
{
    /// <summary>A reading.</summary>
    public static RecordedItem Of(AcceptedReading reading) => new(reading.At, reading, null);

    /// <summary>An event.</summary>
    public static RecordedItem Of(GatewayEvent statement, ulong at) => new(at, null, statement);
}
