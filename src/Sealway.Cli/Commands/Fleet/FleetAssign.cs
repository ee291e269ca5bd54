namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet assign SENSOR --gateway NAME --subject NAME</c>.</summary>
internal static class FleetAssign
{
    public static Command Create()
    {
        Argument<string> sensor = new("sensor") { Description = "The sensor, by name or kid." };
        Option<string> gateway = new("--gateway") { Description = "The gateway, by name or kid.", Required = true };
        Option<string> subject = new("--subject") { Description = "A patient's pseudonym, or a room's opaque name.", Required = true };
        Option<string?> archive = new("--archive") { Description = "Whose countersignature makes a head final: an archive, or at home an app; by name or kid." };
        Option<DateTimeOffset?> since = Instant.Option("--since", "From when on; now if left out. As in 2031-05-04T12:30Z.");
        Command command = new("assign", "Assign a sensor to a gateway and a subject.") { sensor, gateway, subject, archive, since };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            string about = result.GetRequiredValue(subject);
            if (string.IsNullOrWhiteSpace(about))
            {
                throw new UserError("the subject is empty", "--subject", "name the patient's pseudonym, or the room's opaque name", ExitCode.Usage);
            }

            Authority authority = await place.OpenAuthorityAsync(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                RegistryView registry = authority.Registry;
                Party who = Chosen.Standing(registry, result.GetRequiredValue(sensor), Role.Sensor);
                Party where = Chosen.Standing(registry, result.GetRequiredValue(gateway), Role.Gateway);
                Party? final = result.GetValue(archive) is { } named ? Chosen.Standing(registry, named, Role.Archive, Role.App) : null;
                await StatementRefused.Watch(authority.AssignAsync(new Assignment(who.Kid, where.Name, about, Instant.Milliseconds(result.GetValue(since)), final?.Kid), stop)).ConfigureAwait(false);
                await result.InvocationConfiguration.Output.WriteLineAsync($"assigned {who.Name} to {where.Name}, subject {about}").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }
}
