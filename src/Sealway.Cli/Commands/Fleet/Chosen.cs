namespace Sealway.Cli.Commands;

using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>The party that the person at the terminal means: by name, which after a rotation is the newest key, or by kid.</summary>
internal static class Chosen
{
    /// <exception cref="UserError">There is none.</exception>
    public static Party Find(RegistryView view, string nameOrKid, params Role[] roles)
    {
        Party? found = view.Parties.LastOrDefault(party => party.Name == nameOrKid || party.Kid.ToString() == nameOrKid);
        if (found is not null && (roles.Length == 0 || roles.Contains(found.Role)))
        {
            return found;
        }

        string wanted = roles.Length == 0 ? "party" : string.Join(" or ", roles.Select(role => role.Word()));
        string[] others = [.. view.Parties.Where(party => roles.Contains(party.Role) && view.WithdrawalOf(party.Kid) is null).Select(party => party.Name)];
        throw new UserError(
            found is null ? $"there is no {wanted} \"{nameOrKid}\" in the registry" : $"{nameOrKid} is not {With(wanted)} but {With(found.Role.Word())}",
            mend: others.Length is > 0 and <= 8 ? $"there is {string.Join(", ", others)}" : "see sealway fleet show",
            code: ExitCode.Usage);
    }

    /// <summary>The same, of a key that was not withdrawn.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public static Party Standing(RegistryView view, string nameOrKid, params Role[] roles)
    {
        Party found = Find(view, nameOrKid, roles);
        return view.WithdrawalOf(found.Kid) is not { } withdrawal
            ? found
            : throw new UserError(
                $"the key {found.Kid} of {found.Role.Word()} {found.Name} does not count since {Instant.Text(withdrawal.SinceMilliseconds)}: {withdrawal.Reason}",
                mend: $"enrol another {found.Role.Word()} under a new name");
    }

    private static string With(string noun) => $"{(noun.StartsWith('a') ? "an" : "a")} {noun}";
}
