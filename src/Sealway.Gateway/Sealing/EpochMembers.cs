namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>For whom an epoch's key is: the members' HPKE keys at one size of the registry.</summary>
internal sealed class EpochMembers
{
    private readonly HashSet<Kid> _kids;
    private readonly HashSet<string> _names;

    private EpochMembers(ulong registrySize, IReadOnlyList<Party> members)
    {
        RegistrySize = registrySize;
        Keys = [.. members.Select(party => party.Agreement!)];
        _kids = [.. Keys.Select(key => key.Kid)];
        _names = [.. members.Select(party => party.Name)];
    }

    /// <summary>The registry size that they come from.</summary>
    public ulong RegistrySize { get; }

    /// <summary>Their HPKE keys, at most 256.</summary>
    public IReadOnlyList<PublicKey> Keys { get; }

    public static EpochMembers Of(RegistryView view) =>
        new(view.Size, [.. Members.Of(view).Where(party => party.Agreement is not null).Take(Limits.Recipients)]);

    /// <summary>Whether an HPKE key here is no longer among the others: a member was removed, or has replaced it.</summary>
    public bool Loses(EpochMembers next) => !_kids.IsSubsetOf(next._kids);

    /// <summary>Whether somebody is among the others who is not here; who has replaced a key is the same member.</summary>
    public bool Gains(EpochMembers next) => !next._names.IsSubsetOf(_names);
}
