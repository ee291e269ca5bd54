namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>What becomes of one message from a sensor: exactly one of accepted, repeated, refused.</summary>
/// <param name="Accepted">It counts, and goes to the recorder.</param>
/// <param name="Repeated">It was accepted before, and is validly signed: a sensor whose answer was lost.</param>
/// <param name="Refused">Why it does not count; <see cref="Refusal.None"/> otherwise.</param>
/// <param name="Number">The number that a refused reading names, if it could be read.</param>
/// <param name="Final">Whether sending it again will not help, so that the sensor is told.</param>
internal readonly record struct Judgement(AcceptedReading? Accepted, Reading? Repeated, Refusal Refused, ReadingNumber? Number, bool Final)
{
    internal static Judgement Accept(AcceptedReading reading) => new(reading, null, Refusal.None, null, false);

    internal static Judgement Repeat(Reading reading) => new(null, reading, Refusal.None, null, false);

    internal static Judgement Refuse(Refusal reason, ReadingNumber? number, bool final) => new(null, null, reason, number, final);
}
