namespace Sealway.Alarms;

/// <summary>What became of one sensor's readings in a log that was judged again.</summary>
/// <param name="Doubtful">Judged valid before, doubtful now.</param>
/// <param name="Refused">Judged valid or doubtful before, refused now.</param>
/// <param name="Other">Every other change.</param>
internal readonly record struct MovedReadings(ulong Doubtful, ulong Refused, ulong Other);
