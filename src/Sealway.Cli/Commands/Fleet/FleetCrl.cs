namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet crl</c>.</summary>
internal static class FleetCrl
{
    public static Command Create()
    {
        Option<int> days = new("--days") { Description = "After how many days the next list is due at the latest, 1 to 365.", DefaultValueFactory = _ => (int)Authority.ListValidity.TotalDays };
        Option<string?> at = new("--at") { Description = "The http or https URL where others will fetch it: certificates issued from now on name it." };
        Command command = new("crl", "Write crl.pem, the list of revoked certificates, for brokers and servers that know no registry. A revocation writes it too.") { days, at };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            int valid = result.GetValue(days) is var chosen and >= 1 and <= 365 ? chosen : throw new UserError("a list is valid for 1 to 365 days", "--days", "write for example --days 7", ExitCode.Usage);
            FleetFolder folder = place.Require(result);
            if (result.GetValue(at) is { } url)
            {
                if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
                {
                    throw new UserError($"\"{url}\" is not an http or https URL", "--at", "write for example --at http://crl.example/crl.pem", ExitCode.Usage);
                }

                PrivateFile.WritePublic(folder.RevocationListAddress, address.AbsoluteUri + "\n");
            }

            Authority authority = await place.OpenAuthorityAsync(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                int count = authority.WriteRevocationList(TimeSpan.FromDays(valid));
                await result.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{folder.RevocationList}: {count} certificates, the next list is due within {valid} days")).ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }
}
