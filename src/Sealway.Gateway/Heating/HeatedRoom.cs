namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>A room whose heating the gateway runs.</summary>
/// <param name="Subject">The room, as sensors' assignments name it.</param>
/// <param name="Actuator">What switches its heating.</param>
/// <param name="Target">The target in degrees Celsius until somebody sets another.</param>
public sealed record HeatedRoom(string Subject, IHeatingActuator Actuator, Number Target);
