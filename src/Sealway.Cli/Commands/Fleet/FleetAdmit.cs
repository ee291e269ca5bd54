namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet admit LIST</c>: a factory's devices become parties of the fleet.</summary>
internal static class FleetAdmit
{
    public static Command Create()
    {
        Argument<string> list = new("list") { Description = "The list of made devices: made.csv of sealway factory provision." };
        Command command = new("admit", "Enrol a factory's devices in the registry, under the names and roles of its list.") { list };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            IReadOnlyList<MadeDevice> devices = MadeDevice.ReadList(result.GetRequiredValue(list));
            TextWriter output = result.InvocationConfiguration.Output;
            Authority authority = await place.OpenAuthorityAsync(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                Admission admission = new(authority, new FleetFolder(place.Folder(result)), TimeProvider.System);
                int admitted = 0;
                List<string> refused = [];
                Progress progress = new(output, "admitted", devices.Count);
                foreach (MadeDevice device in devices)
                {
                    try
                    {
                        admitted += await admission.AdmitAsync(device, stop).ConfigureAwait(false) ? 1 : 0;
                    }
                    catch (MessageException no)
                    {
                        refused.Add($"{device.Serial} ({device.Role.Word()} {device.Name}): {no.Message}");
                    }

                    await progress.StepAsync().ConfigureAwait(false);
                }

                await progress.EndAsync(string.Create(CultureInfo.InvariantCulture, $"admitted {admitted} devices; {devices.Count - admitted - refused.Count} had been before; {refused.Count} refused")).ConfigureAwait(false);
                foreach (string line in refused)
                {
                    await result.InvocationConfiguration.Error.WriteLineAsync(line).ConfigureAwait(false);
                }

                return refused.Count == 0 ? ExitCode.Clean : ExitCode.Failed;
            }
        });
        return command;
    }
}
