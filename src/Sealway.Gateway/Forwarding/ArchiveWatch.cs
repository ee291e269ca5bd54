namespace Sealway.Gateway;

/// <summary>
/// Notices that the archive's countersignature does not come: the archive is down, or the cloud keeps the log from it, or its
/// countersignatures from here. A countersignature that does not come is silence, and silence is told.
/// </summary>
internal sealed class ArchiveWatch(TimeSpan after)
{
    private readonly Lock _lock = new();
    private (ulong Size, ulong Since)? _waiting;
    private bool _isLate;

    /// <summary>Whether what was logged long ago is not countersigned yet.</summary>
    internal bool IsLate
    {
        get
        {
            lock (_lock)
            {
                return _isLate;
            }
        }
    }

    /// <summary>How long the archive's countersignature on something that is logged has been waited for, in milliseconds.</summary>
    internal ulong Waited(ulong now)
    {
        lock (_lock)
        {
            return _waiting is { } waiting && now > waiting.Since ? now - waiting.Since : 0;
        }
    }

    /// <summary>Looks at how things stand.</summary>
    /// <param name="size">The log's size.</param>
    /// <param name="archived">The size that the archive has countersigned.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <returns>Whether <see cref="IsLate"/> has changed.</returns>
    internal bool Look(ulong size, ulong archived, ulong now)
    {
        lock (_lock)
        {
            // What has come since is waited for anew.
            if (_waiting is null || archived >= _waiting.Value.Size)
            {
                _waiting = size > archived ? (size, now) : null;
            }

            bool late = _waiting is { } waiting && now > waiting.Since && now - waiting.Since > Milliseconds.Of(after);
            bool changed = late != _isLate;
            _isLate = late;
            return changed;
        }
    }

    /// <summary>Another generation begins, or nobody is waited for.</summary>
    internal void Restart()
    {
        lock (_lock)
        {
            _waiting = null;
        }
    }
}
