namespace Sealway.App;

/// <summary>Something that stands against the home's log, the cloud or this member.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Text">Since when or where, and why, in words.</param>
public sealed record HomeAlarm(HomeAlarmKind Kind, string Text);
