namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet recover --recovery-key FILE</c>: when the authority's key is lost or stolen.</summary>
internal static class FleetRecover
{
    public static Command Create()
    {
        Option<string> key = new("--recovery-key") { Description = "The recovery key's file, from where it was kept apart.", Required = true };
        Option<string?> unlock = new("--unlock-with") { Description = "A file whose first line unlocks the recovery key; what --passphrase-file has, if left out." };
        Option<DateTimeOffset?> since = Instant.Option("--since", "When the old key was lost or stolen, for all to read; now if left out. As in 2031-05-04T12:30Z.");
        Command command = new("recover", "Replace the authority's key, lost or stolen, by means of the recovery key.") { key, unlock, since };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            FleetFolder folder = place.Require(result);
            char[] passphrase = place.ReadPassphrase(result);
            char[] recoveryPassphrase = result.GetValue(unlock) is { } file ? Passphrase.Read(file) : place.ReadPassphrase(result);
            ulong? from = result.GetValue(since) is { } time ? Instant.Milliseconds(time) : null;

            Task<Authority> Begin()
            {
                try
                {
                    return FleetRecovery.RecoverAsync(folder.Root, result.GetRequiredValue(key), recoveryPassphrase, passphrase, TimeProvider.System, from, stop);
                }
                finally
                {
                    Array.Clear(passphrase);
                    Array.Clear(recoveryPassphrase);
                }
            }

            Authority authority = await Recovered(folder, result.GetRequiredValue(key), Begin).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                await result.InvocationConfiguration.Output.WriteLineAsync(
                    $"""
                    the authority's key is {authority.Registry.Authority.Kid}; everyone goes on from {authority.Pin.Kid}, the key that they pin
                      registrar   {authority.Registrar.Identity.Name}, a new one; every other is revoked
                      recovery    move {folder.RecoveryKey} to another safe place now: the one used is spent
                      next        sealway fleet show --fleet {folder.Root}: look for what the old key stated and you did not, and revoke or assign anew
                    """).ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static async Task<Authority> Recovered(FleetFolder folder, string key, Func<Task<Authority>> begin)
    {
        try
        {
            return await FleetPlace.Opened(folder, begin).ConfigureAwait(false);
        }
        catch (MessageException refused) when (refused.Reason == Refusal.WrongSigner)
        {
            throw new UserError(
                "this is not the fleet's recovery key: the registry has the hash of another, or of none",
                key,
                "find the key that sealway fleet init, or the last recovery, made; a used one is spent",
                cause: refused);
        }
        catch (MessageException refused)
        {
            throw StatementRefused.Because(refused);
        }
    }
}
