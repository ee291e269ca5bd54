namespace Sealway.Cli.Demo.Attacks;

/// <summary>Every attack, in the order in which they are tried within each hand.</summary>
internal static class AttackList
{
    public static IReadOnlyList<Attack> All() => [.. AirAttacks.All(), .. GatewayAttacks.All(), .. OperatorAttacks.All(), .. MemberAttacks.All()];
}
