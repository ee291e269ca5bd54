namespace Sealway.Gateway;

using System.Collections.Concurrent;
using Sealway.Links;
using Sealway.Messages;

/// <summary>What has been counted since the start. Written by one part each, read by anybody.</summary>
internal sealed class GatewayCounts
{
    private long _accepted;
    private long _repeated;
    private long _logged;
    private long _entries;
    private long _alarmsRaised;
    private long _lost;
    private long _observersFailed;
    private bool _holds;
    private bool _full;
    private bool _spent;

    internal ConcurrentDictionary<Refusal, long> Refused { get; } = new();

    /// <summary>Sensors' links refused, by reason.</summary>
    internal ConcurrentDictionary<LinkRefusal, long> LinksRefused { get; } = new();

    internal long Accepted => Interlocked.Read(ref _accepted);

    internal long Repeated => Interlocked.Read(ref _repeated);

    internal long Logged => Interlocked.Read(ref _logged);

    internal long Entries => Interlocked.Read(ref _entries);

    internal long AlarmsRaised => Interlocked.Read(ref _alarmsRaised);

    internal long Lost => Interlocked.Read(ref _lost);

    internal long ObserversFailed => Interlocked.Read(ref _observersFailed);

    /// <summary>Whether sensors wait, since there is no memory for more.</summary>
    internal bool Holds => Volatile.Read(ref _holds);

    /// <summary>Whether the disk has no room, so that nothing is stored or acknowledged.</summary>
    internal bool IsDiskFull => Volatile.Read(ref _full);

    internal void Accept() => Interlocked.Increment(ref _accepted);

    internal void Repeat() => Interlocked.Increment(ref _repeated);

    internal void Log(int readings, int entries)
    {
        Interlocked.Add(ref _logged, readings);
        Interlocked.Add(ref _entries, entries);
    }

    internal void RaiseAlarm() => Interlocked.Increment(ref _alarmsRaised);

    internal void Lose(long readings) => Interlocked.Add(ref _lost, readings);

    internal void FailObserver() => Interlocked.Increment(ref _observersFailed);

    internal void Hold(bool holds) => Volatile.Write(ref _holds, holds);

    /// <summary>Whether another generation was to begin, and the log has all that it may have.</summary>
    internal bool AreGenerationsSpent => Volatile.Read(ref _spent);

    internal void SpendGenerations() => Volatile.Write(ref _spent, true);

    internal void DiskFull(bool full) => Volatile.Write(ref _full, full);

    /// <summary>A sensor's link was refused.</summary>
    internal void Refuse(LinkRefusal reason) => LinksRefused.AddOrUpdate(reason, 1, static (_, count) => count + 1);

    internal void Refuse(Refusal reason) => Refused.AddOrUpdate(reason, 1, static (_, count) => count + 1);
}
