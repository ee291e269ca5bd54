namespace Sealway.Alarms;

using Sealway.Messages;

/// <summary>A number stands in two logs: is it the same reading?</summary>
/// <param name="Reading">The reading that was judged just now.</param>
/// <param name="Index">Its entry.</param>
/// <param name="OtherLog">The other log.</param>
/// <param name="Run">The other log's numbers among which it is.</param>
internal sealed record WitnessQuestion(Reading Reading, ulong Index, LogId OtherLog, NumberRun Run);
