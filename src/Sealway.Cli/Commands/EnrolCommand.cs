namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Links;
using Command = System.CommandLine.Command;

/// <summary><c>sealway enrol FOLDER</c> and <c>sealway renew FOLDER</c>: a device's first certificate, and the next one at once; roles do both by themselves.</summary>
internal static class EnrolCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "The device's folder, as sealway factory provision made it." };
        Option<string> server = Server();
        Option<string?> ca = new("--ca") { Description = "The fleet's ca.crt; left out: the one in the folder." };
        Option<string?> authority = new("--authority") { Description = "The fleet's authority.pub; left out: the one in the folder." };
        Option<string?> unlock = new("--unlock-with") { Description = "A file whose first line unlocks the device's keys, and locks the new one." };
        Command command = new("enrol", "Enrol a device by its factory certificate: its folder becomes a party's.") { folder, server, ca, authority, unlock };
        command.SetAction(async (result, stop) =>
        {
            string place = result.GetRequiredValue(folder);
            PeerIdentity self = await FactoryEnrolment.EnrolAsync(place, result.GetValue(unlock), Address(result.GetRequiredValue(server)), result.GetValue(ca), result.GetValue(authority), TimeProvider.System, stop).ConfigureAwait(false);
            await result.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"enrolled as {self}, in {place}; the certificate is valid until {self.NotAfter.UtcDateTime:u}")).ConfigureAwait(false);
            return ExitCode.Clean;
        });
        return command;
    }

    public static Command CreateRenew()
    {
        Argument<string> folder = new("folder") { Description = "The party's folder." };
        Option<string> server = Server();
        Option<string?> unlock = new("--unlock-with") { Description = "A file whose first line unlocks the party's keys, and locks the new one." };
        Command command = new("renew", "Renew a party's TLS certificate now, with a new key; a running role takes it over by itself.") { folder, server, unlock };
        command.SetAction(async (result, stop) =>
        {
            string place = result.GetRequiredValue(folder);
            char[] passphrase = Passphrase.Read(result.GetValue(unlock));
            TlsIdentitySource identity;
            try
            {
                identity = TlsIdentitySource.FromFolder(place, passphrase);
            }
            finally
            {
                Array.Clear(passphrase);
            }

            using (identity)
            {
                RenewalOptions options = new() { Folder = place, Server = Address(result.GetRequiredValue(server)), Passphrase = () => Passphrase.Read(result.GetValue(unlock)), Logger = NullLogger.Instance };
                await new CertificateRenewal(options, identity).RenewAsync(stop).ConfigureAwait(false);
                PeerIdentity self = identity.Current.Self;
                await result.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"renewed {self}, in {place}; the certificate is valid until {self.NotAfter.UtcDateTime:u}")).ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static Option<string> Server() => new("--server") { Description = "The authority's EST server, host:port.", Required = true };

    private static HostPort Address(string text) =>
        HostPort.TryParse(text, out HostPort address) ? address : throw new UserError($"\"{text}\" is no address", "--server", "write host:port, for example authority.example:9443", ExitCode.Usage);
}
