namespace Sealway.App;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>The HPKE keys that may open something: the present one, and the next one while it takes its place. Changed by the one loop that follows.</summary>
internal sealed class MemberKeys(Identity identity, AgreementKeyFiles? files) : IDisposable
{
    private AgreementKey? _next = files?.LoadNext();

    /// <summary>The next key; null where none was made.</summary>
    public AgreementKey? Next => _next;

    /// <summary>Whether the keys can be replaced here.</summary>
    public bool CanBeReplaced => files is not null;

    /// <summary>The keys, the one most likely in force first.</summary>
    public IReadOnlyList<AgreementKey> All => _next is { } next ? [next, identity.Agreement!] : [identity.Agreement!];

    /// <summary>Makes the next key, unless there is one already. It is on disk when this returns.</summary>
    /// <exception cref="FleetFileException">It cannot be written.</exception>
    public void MakeNext() => _next ??= files!.MakeNext();

    /// <summary>The next key takes the old one's place; the old one is erased.</summary>
    /// <exception cref="FleetFileException">It cannot be done; both are still there.</exception>
    public void Promote()
    {
        files!.Promote();
        identity.Replace(_next!);
        _next = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _next?.Dispose();
}
