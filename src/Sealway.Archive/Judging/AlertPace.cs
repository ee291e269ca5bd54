namespace Sealway.Archive;

using Sealway.Messages;

/// <summary>
/// Holds back alerts of one gateway's logs that its writer can cause at will: of each kind one a minute, with how many were
/// held back since. Each still stands in the log that was judged; a crash forgets the count alone.
/// </summary>
internal sealed class AlertPace(TimeProvider time)
{
    /// <summary>How often an alert of one kind is told of one gateway's logs.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Dictionary<AlertKind, (long Told, ulong HeldBack, LogId Log, ulong Index)> _kinds = [];

    /// <summary>Whether an alert may be told now; else it is counted.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="log">The generation.</param>
    /// <param name="index">The entry.</param>
    /// <param name="heldBack">How many were held back since the last that was told.</param>
    public bool MayTell(AlertKind kind, LogId log, ulong index, out ulong heldBack)
    {
        bool known = _kinds.TryGetValue(kind, out (long Told, ulong HeldBack, LogId Log, ulong Index) state);
        heldBack = state.HeldBack;
        if (known && time.GetElapsedTime(state.Told) < Every)
        {
            _kinds[kind] = (state.Told, heldBack + 1, log, index);
            return false;
        }

        _kinds[kind] = (time.GetTimestamp(), 0, log, index);
        return true;
    }

    /// <summary>What was held back and may be told by now: how many of a kind, and the last of them.</summary>
    public IReadOnlyList<(AlertKind Kind, ulong Count, LogId Log, ulong Index)> Due()
    {
        List<(AlertKind Kind, ulong Count, LogId Log, ulong Index)> due =
            [.. _kinds.Where(one => one.Value.HeldBack > 0 && time.GetElapsedTime(one.Value.Told) >= Every).Select(one => (one.Key, one.Value.HeldBack, one.Value.Log, one.Value.Index))];
        foreach ((AlertKind kind, _, LogId log, ulong index) in due)
        {
            _kinds[kind] = (time.GetTimestamp(), 0, log, index);
        }

        return due;
    }
}
