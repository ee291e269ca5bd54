namespace Sealway.Alarms;

using Sealway.Fleet;

/// <summary>What one entry or item led to.</summary>
/// <param name="Judged">The verdict and what was read; null for a blank.</param>
/// <param name="Changes">The alarms raised and cleared, in order; mostly none.</param>
public readonly record struct LogStep(Judged? Judged, IReadOnlyList<AlarmChange> Changes);
