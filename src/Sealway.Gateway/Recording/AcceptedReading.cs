namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>A reading that was judged valid and is on its way into the log.</summary>
/// <param name="Reading">The reading, with its bytes as received.</param>
/// <param name="At">Its arrival by the gateway's clock, in milliseconds since 1970; never decreasing from one to the next.</param>
/// <param name="Verdict">What the one verdict function said: valid, and fresh, stale or unproven.</param>
/// <param name="Subject">The room or patient that the sensor is assigned to.</param>
public sealed record AcceptedReading(Reading Reading, ulong At, Verdict Verdict, string Subject);
