namespace Sealway.Cli.Commands;

using System.CommandLine;

/// <summary><c>sealway fleet …</c>: the authority's tool: who is who, on its own machine, in its own folder.</summary>
internal static class FleetCommand
{
    public static Command Create() => new("fleet", "Make and run a fleet: its authority, its registry, its parties' keys and certificates.")
    {
        FleetInit.Create(),
        FleetEnrol.Create(),
        FleetTrust.Create(),
        FleetAdmit.Create(),
        FleetServe.Create(),
        FleetAssign.Create(),
        FleetRevoke.Create(),
        FleetCrl.Create(),
        FleetRekey.Create(),
        FleetRotate.Create(),
        FleetRecover.Create(),
        FleetErase.Create(),
        FleetStatus.Create(),
        FleetShow.Create(),
    };
}
