namespace Sealway.Alarms;

/// <summary>What one step led to.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Changes">The alarms raised and cleared, in order; mostly none.</param>
public readonly record struct AlarmStep(AlarmState State, IReadOnlyList<AlarmChange> Changes);
