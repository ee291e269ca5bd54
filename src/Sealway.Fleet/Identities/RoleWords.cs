namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>The roles as words: in certificates, in <c>party.json</c>, on the command line.</summary>
public static class RoleWords
{
    private static readonly (Role Role, string Word)[] All =
    [
        (Role.Authority, "authority"), (Role.Sensor, "sensor"), (Role.Gateway, "gateway"), (Role.Cloud, "cloud"),
        (Role.Archive, "archive"), (Role.App, "app"), (Role.Registrar, "registrar"),
    ];

    /// <summary>A role's word, in small letters.</summary>
    /// <param name="role">The role.</param>
    /// <returns>The word.</returns>
    public static string Word(this Role role) => All.First(one => one.Role == role).Word;

    /// <summary>Reads a role's word.</summary>
    /// <param name="word">The word, in small letters.</param>
    /// <param name="role">The role.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string? word, out Role role)
    {
        foreach ((Role one, string its) in All)
        {
            if (its == word)
            {
                role = one;
                return true;
            }
        }

        role = default;
        return false;
    }
}
