namespace Sealway.Cli.Demo.Attacks;

/// <summary>What can be tried by whoever has a gateway's keys and disk.</summary>
internal static class GatewayAttacks
{
    public static IReadOnlyList<Attack> All() => [];
}
