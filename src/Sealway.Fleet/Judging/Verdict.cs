namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>What one entry, or one item of an opened slot, is worth. The default value refuses.</summary>
/// <param name="Validity">Whether it counts.</param>
/// <param name="Reason">Why not, or what is doubted or awaited; <see cref="Refusal.None"/> when valid.</param>
/// <param name="Freshness">Of a reading that is not refused.</param>
/// <param name="Sensor">The key that a reading names; of a refused one a mere claim. Null for everything that is not a reading.</param>
/// <param name="Number">The number that a reading names; of a refused one a mere claim.</param>
/// <param name="Gap">Of a reading that is valid or doubtful: what is missing before it.</param>
/// <param name="ClockWentBack">The entry's time is before an earlier entry's: shown, never a reason to refuse.</param>
public readonly record struct Verdict(
    Validity Validity,
    Refusal Reason = Refusal.None,
    Freshness Freshness = Freshness.Unproven,
    Kid? Sensor = null,
    ReadingNumber? Number = null,
    Gap Gap = default,
    bool ClockWentBack = false)
{
    /// <summary>Whether it counts.</summary>
    public bool IsValid => Validity == Validity.Valid;

    internal static Verdict Valid => new(Validity.Valid);

    internal static Verdict Refused(Refusal reason) => new(Validity.Refused, reason);
}
