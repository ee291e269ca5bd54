namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet init NAME</c>.</summary>
internal static class FleetInit
{
    public static Command Create()
    {
        Argument<string> name = new("name") { Description = "The authority's and the fleet's name: 1 to 63 of a-z, 0-9 and -." };
        Command command = new("init", "Make a fleet: authority, registrar, issuer of certificates, recovery key, an empty registry.") { name };
        FleetPlace place = new(command);
        command.SetAction((result, stop) => Run(result, result.GetRequiredValue(name), place, stop));
        return command;
    }

    private static async Task<int> Run(ParseResult result, string name, FleetPlace place, CancellationToken stop)
    {
        string folder = place.Folder(result);
        char[] passphrase = place.ReadPassphrase(result);

        Task<Authority> Make()
        {
            try
            {
                return Authority.InitAsync(name, folder, passphrase, TimeProvider.System, stop);
            }
            finally
            {
                Array.Clear(passphrase);
            }
        }

        try
        {
            Authority authority = await Make().ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                await result.InvocationConfiguration.Output.WriteLineAsync(
                    $"""
                    fleet {authority.Name} in {folder}
                      authority   {authority.Pin.Kid}; give everyone {Path.Combine(folder, "authority.pub")}: it is what they pin
                      recovery    move {Path.Combine(folder, "recovery.key")} to another safe place now
                      next        sealway fleet enrol gateway NAME --fleet {folder} --out DIR --host NAME
                    """).ConfigureAwait(false);
            }

            return ExitCode.Clean;
        }
        catch (MessageException refused) when (refused.Reason == Refusal.WrongText)
        {
            throw new UserError($"\"{name}\" cannot be a fleet's name", mend: "take 1 to 63 of a-z, 0-9 and -, beginning with a letter or digit; not \"registrar\"", code: ExitCode.Usage, cause: refused);
        }
    }
}
