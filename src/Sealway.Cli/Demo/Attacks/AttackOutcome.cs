namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json.Serialization;

/// <summary>How one attack went, as the summary's JSON says it.</summary>
/// <param name="Name">What was tried.</param>
/// <param name="Attacker">Whose hand it was.</param>
/// <param name="Tried">How often; 0 if it could not be tried.</param>
/// <param name="Noticed">How many of these were noticed.</param>
/// <param name="By">Who noticed first; "nobody".</param>
/// <param name="How">By what, or what went wrong.</param>
/// <param name="AfterMs">How long after the act, in milliseconds.</param>
internal sealed record AttackOutcome(string Name, string Attacker, int Tried, int Noticed, string By, string How, double AfterMs)
{
    /// <summary>Whether it was tried at all, and every try noticed.</summary>
    [JsonIgnore]
    public bool IsGood => Tried > 0 && Noticed == Tried;
}
