namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>For whom an epoch's key is: the members' HPKE keys at one size of the registry.</summary>
internal sealed class EpochMembers
{
    private readonly HashSet<Kid> _kids;

    private EpochMembers(ulong registrySize, IReadOnlyList<PublicKey> keys)
    {
        RegistrySize = registrySize;
        Keys = keys;
        _kids = [.. keys.Select(key => key.Kid)];
    }

    /// <summary>The registry size that they come from.</summary>
    public ulong RegistrySize { get; }

    /// <summary>Their HPKE keys, at most 256.</summary>
    public IReadOnlyList<PublicKey> Keys { get; }

    public static EpochMembers Of(RegistryView view) =>
        new(view.Size, [.. Members.Of(view).Select(party => party.Agreement).OfType<PublicKey>().Take(Limits.Recipients)]);

    /// <summary>Whether somebody here is no longer among the others; who changed the HPKE key is somebody else.</summary>
    public bool Loses(EpochMembers next) => !_kids.IsSubsetOf(next._kids);

    /// <summary>Whether somebody is among the others who is not here.</summary>
    public bool Gains(EpochMembers next) => next.Loses(this);
}
