namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using Sealway.Cli.Factory;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Command = System.CommandLine.Command;

/// <summary><c>sealway factory …</c>: where devices get their first keys and the certificate that says which device they are.</summary>
internal static class FactoryCommand
{
    public static Command Create() => new("factory", "Make devices: keys, factory certificates, labels, in bulk.") { Init(), Provision() };

    private static Command Init()
    {
        Argument<string> name = new("name") { Description = "What the factory is called, in its certificate." };
        Option<string> output = new("--out") { Description = "The factory's folder.", Required = true };
        Option<string?> locked = new("--lock-with") { Description = "A file whose first line locks the factory's key; readable by its owner alone." };
        Command command = new("init", "Make a factory's key and certificate.") { name, output, locked };
        command.SetAction(async (result, _) =>
        {
            string folder = result.GetRequiredValue(output);
            char[] passphrase = Passphrase.Read(result.GetValue(locked));
            try
            {
                using FactoryAuthority factory = FactoryAuthority.Create(result.GetRequiredValue(name), folder, passphrase, TimeProvider.System);
            }
            finally
            {
                Array.Clear(passphrase);
            }

            await result.InvocationConfiguration.Output.WriteLineAsync(
                $"""
                factory {result.GetRequiredValue(name)} in {folder}
                  next   give {Path.Combine(folder, FactoryAuthority.CertificateFile)} to the fleets: sealway fleet trust NAME {FactoryAuthority.CertificateFile}
                         sealway factory provision devices.csv --factory {folder} --out DIR
                """).ConfigureAwait(false);
            return ExitCode.Clean;
        });
        return command;
    }

    private static Command Provision()
    {
        Argument<string> list = new("list") { Description = "What to make, CSV: serial,role,name and if wanted model,hosts,csr,signing,agreement." };
        Option<string> factory = new("--factory") { Description = "The factory's folder.", Required = true };
        Option<string> output = new("--out") { Description = "The folder that gets a folder for each device, and the list of what was made.", Required = true };
        Option<string?> unlock = new("--unlock-with") { Description = "A file whose first line unlocks the factory's key." };
        Option<string?> locked = new("--lock-with") { Description = "A file whose first line locks the devices' keys; readable by its owner alone." };
        Command command = new("provision", "Make the devices of a list: keys, certificate and label each; those that were made before are left as they are.") { list, factory, output, unlock, locked };
        command.SetAction((result, stop) => Provision(
            result.GetRequiredValue(list), result.GetRequiredValue(factory), result.GetRequiredValue(output), result.GetValue(unlock), result.GetValue(locked), result.InvocationConfiguration.Output, stop));
        return command;
    }

    private static async Task<int> Provision(string list, string factory, string folder, string? unlock, string? locked, TextWriter output, CancellationToken stop)
    {
        IReadOnlyList<FactoryOrder> orders = Orders(list);
        char[] key = Passphrase.Read(unlock);
        char[] passphrase = Passphrase.Read(locked);
        try
        {
            using FactoryAuthority authority = FactoryAuthority.Open(factory, key, TimeProvider.System);
            using FactoryLine line = FactoryLine.Open(authority, folder, DeviceLabel.Of);
            Progress progress = new(output, "made", orders.Count);
            int made = 0;
            foreach (FactoryOrder order in orders)
            {
                stop.ThrowIfCancellationRequested();
                made += line.Make(order, passphrase) ? 1 : 0;
                await progress.StepAsync().ConfigureAwait(false);
            }

            await progress.EndAsync(string.Create(CultureInfo.InvariantCulture, $"made {made} devices; {orders.Count - made} had been before; the list of all is {Path.Combine(folder, FactoryLine.ListFile)}")).ConfigureAwait(false);
            return ExitCode.Clean;
        }
        finally
        {
            Array.Clear(key);
            Array.Clear(passphrase);
        }
    }

    private static IReadOnlyList<FactoryOrder> Orders(string list)
    {
        try
        {
            return FactoryOrders.Read(list);
        }
        catch (FleetFileException wrong)
        {
            throw new UserError(wrong.Message, code: ExitCode.Usage, cause: wrong);
        }
    }
}
