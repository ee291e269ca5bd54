namespace Sealway.Alarms;

/// <summary>The extreme value of about an eighth of a change's duration.</summary>
internal readonly record struct Sample(ulong At, double Value);
