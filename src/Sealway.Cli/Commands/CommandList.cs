namespace Sealway.Cli.Commands;

using System.CommandLine;

/// <summary>Every command, in the order of the help.</summary>
internal static class CommandList
{
    /// <summary>Makes them anew.</summary>
    public static IEnumerable<Command> All() =>
    [
        FleetCommand.Create(),
        FactoryCommand.Create(),
        EnrolCommand.Create(),
        EnrolCommand.CreateRenew(),
        RegistrarCommand.Create(),
        SensorCommand.Create(),
        GatewayCommand.Create(),
        CloudCommand.Create(),
        ArchiveCommand.Create(),
        AppCommand.Create(),
        VerifyCommand.Create(),
        InspectCommand.Create(),
        TlsCommand.Create(),
        DemoCommand.Create(),
        DrillCommand.Create(),
    ];
}
