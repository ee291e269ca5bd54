namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>
/// Who is who: follows the registry's log from its first entry and keeps what it says at every size. Reading is safe
/// from any thread; one thread at a time applies. An entry never blocks: one without effect is an
/// <see cref="Anomaly"/>.
/// </summary>
public sealed class Registry
{
    private readonly List<RegistryView> _views = [];
    private readonly Lock _lock = new();
    private volatile RegistryView _current;

    /// <summary>Begins empty.</summary>
    /// <param name="authority">The pinned key of the fleet's authority.</param>
    public Registry(PublicKey authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        _current = new RegistryView(authority);
        _views.Add(_current);
    }

    /// <summary>What the registry says with all entries applied so far.</summary>
    public RegistryView Current => _current;

    /// <summary>Entries applied so far.</summary>
    public ulong Size => _current.Size;

    /// <summary>What the registry said at an earlier size.</summary>
    /// <param name="size">From 0 to the size applied.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than was applied.</exception>
    public RegistryView View(ulong size)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(size, _current.Size);
            return _views[(int)size];
        }
    }

    /// <summary>Applies the next entry; its index is the size so far.</summary>
    /// <param name="entryBytes">The entry's bytes, which are kept; empty for a blank.</param>
    public void Apply(ReadOnlyMemory<byte> entryBytes)
    {
        lock (_lock)
        {
            RegistryView next = RegistryRules.Apply(_current, entryBytes);
            _views.Add(next);
            _current = next;
        }
    }
}
