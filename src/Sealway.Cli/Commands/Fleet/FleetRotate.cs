namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet rotate</c>: the authority's own key.</summary>
internal static class FleetRotate
{
    public static Command Create()
    {
        Option<string?> locked = new("--lock-with") { Description = "A file whose first line locks the new key; readable by its owner alone. What --passphrase-file has, if left out." };
        Command command = new("rotate", "Replace the authority's key: the old one names the new.") { locked };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            char[] passphrase = result.GetValue(locked) is { } file ? Passphrase.Read(file) : place.ReadPassphrase(result);
            Authority authority = await place.OpenAuthorityAsync(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                string before = authority.Registry.Authority.Kid.ToString();
                await StatementRefused.Watch(Begin(authority, passphrase, stop)).ConfigureAwait(false);
                await result.InvocationConfiguration.Output.WriteLineAsync(
                    $"the authority's key is {authority.Registry.Authority.Kid} instead of {before}, which is erased; everyone goes on from {authority.Pin.Kid}, the key that they pin").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static Task<RegistryView> Begin(Authority authority, char[] passphrase, CancellationToken stop)
    {
        try
        {
            return authority.RotateOwnAsync(passphrase, stop);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }
}
