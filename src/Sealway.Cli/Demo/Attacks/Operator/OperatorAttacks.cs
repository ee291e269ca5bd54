namespace Sealway.Cli.Demo.Attacks;

/// <summary>What can be tried by whoever operates the cloud.</summary>
internal static class OperatorAttacks
{
    public static IReadOnlyList<Attack> All() => [];
}
