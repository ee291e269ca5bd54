namespace Sealway.Cli.Demo.Attacks;

/// <summary>That an attack was noticed.</summary>
/// <param name="Tried">How often it was tried.</param>
/// <param name="Times">How many of these were noticed.</param>
/// <param name="By">The part that noticed first.</param>
/// <param name="How">By what: a reason, an alert, a figure.</param>
/// <param name="AfterMs">How long after the attacker's act, in milliseconds.</param>
internal sealed record Noticed(int Tried, int Times, string By, string How, double AfterMs);
