namespace Sealway.Cli.Demo.Attacks;

/// <summary>What can be tried by members, removed members, revoked parties and strangers.</summary>
internal static class MemberAttacks
{
    public static IReadOnlyList<Attack> All() => [];
}
