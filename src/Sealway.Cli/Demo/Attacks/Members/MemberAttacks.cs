namespace Sealway.Cli.Demo.Attacks;

/// <summary>What can be tried by members, removed members, revoked parties and strangers.</summary>
internal static class MemberAttacks
{
    public static IReadOnlyList<Attack> All() =>
    [
        new ForgedEntry(),
        new ForgedCommand(),
        new RemovedMemberOpens(),
        new RemovedMemberCommands(),
        new LateCommand(),
        new ReplayedCommand(),
        new ReorderedCommands(),
        new CommandForAnotherHome(),
        new StolenWaybill(),
        new RevokedGateway(),
        new RevokedArchive(),
    ];
}
