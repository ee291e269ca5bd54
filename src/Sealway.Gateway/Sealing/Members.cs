namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>Who is a member of a home: the apps that the registry has and that are not withdrawn.</summary>
internal static class Members
{
    /// <summary>The members, in the order of the registry.</summary>
    public static IEnumerable<Party> Of(RegistryView view) => view.Parties.Where(party => party.Role == Role.App && view.WithdrawalOf(party.Kid) is null);

    /// <summary>The member that may remove others: of those that stand the one whose name was enrolled first, whatever its key is by now.</summary>
    public static Party? Owner(RegistryView view) => view.Parties
        .Where(party => party.Role == Role.App)
        .Select(party => view.FindByName(party.Name, Role.App))
        .FirstOrDefault(party => party is not null && view.WithdrawalOf(party.Kid) is null);
}
