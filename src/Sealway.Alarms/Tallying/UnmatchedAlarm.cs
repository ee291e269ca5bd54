namespace Sealway.Alarms;

/// <summary>A change of an alarm that only one side has told of so far.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Sensor">The sensor's kid, in hex.</param>
/// <param name="Raised">Raised, or cleared.</param>
/// <param name="ByGateway">The gateway stated it; else the follower concluded it.</param>
/// <param name="Index">The entry that told it.</param>
/// <param name="At">When, by the log's own times, milliseconds since 1970.</param>
internal readonly record struct UnmatchedAlarm(string Rule, string Sensor, bool Raised, bool ByGateway, ulong Index, ulong At);
