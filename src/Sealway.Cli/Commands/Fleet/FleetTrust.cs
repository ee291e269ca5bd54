namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet trust NAME CERTIFICATE</c>: a factory whose devices may enrol.</summary>
internal static class FleetTrust
{
    public static Command Create()
    {
        Argument<string> name = new("name") { Description = "What the fleet calls the factory: 1 to 63 of a-z, 0-9 and -." };
        Argument<string> certificate = new("certificate") { Description = "The factory's own certificate, PEM: of sealway factory init, factory-ca.crt." };
        Command command = new("trust", "Trust a factory's certificates for enrolment, and for nothing else.") { name, certificate };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            FleetFolder folder = place.Require(result);
            new FactoryAuthorities(folder.Factories).Trust(result.GetRequiredValue(name), PrivateFile.ReadPublic(result.GetRequiredValue(certificate)));
            await result.InvocationConfiguration.Output.WriteLineAsync($"devices of factory {result.GetRequiredValue(name)} may enrol once they are admitted: sealway fleet admit made.csv").ConfigureAwait(false);
            return ExitCode.Clean;
        });
        return command;
    }
}
