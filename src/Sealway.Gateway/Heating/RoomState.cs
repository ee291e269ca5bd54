namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>How a room's heating stands.</summary>
/// <param name="Subject">The room.</param>
/// <param name="IsOn">Whether it is to heat.</param>
/// <param name="Target">The target in degrees Celsius.</param>
/// <param name="Temperature">The latest temperature that counted, or null.</param>
/// <param name="IsApplied">Whether the actuator has done what it was told.</param>
public sealed record RoomState(string Subject, bool IsOn, Number Target, double? Temperature, bool IsApplied);
