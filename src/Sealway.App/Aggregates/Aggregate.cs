namespace Sealway.App;

using Sealway.Messages;

/// <summary>What was measured in an hour or a day (UTC).</summary>
/// <param name="Sensor">Whose readings.</param>
/// <param name="Metric">Which measurement.</param>
/// <param name="Start">From when on.</param>
/// <param name="Length">An hour, or a day.</param>
/// <param name="Count">How many values, at least 1.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Min">The smallest.</param>
/// <param name="Max">The largest.</param>
public sealed record Aggregate(Kid Sensor, string Metric, DateTimeOffset Start, TimeSpan Length, ulong Count, double Mean, double Min, double Max);
