namespace Sealway.Gateway.Tests;

using Sealway.Messages;

/// <summary>An open log's recorder with memory for a few readings, which gives nothing out before it is told to.</summary>
internal sealed class NarrowRecorder(int room) : IRecorder
{
    private readonly OpenRecorder _inner = new();
    private int _waiting;
    private volatile bool _gives;

    /// <summary>The most readings that ever waited in it.</summary>
    internal int MostWaiting { get; private set; }

    public ulong? NextDue => null;

    public bool IsFull => _waiting >= room;

    public int LongestReading { get; init; } = Limits.ReadingBytes;

    internal void Give() => _gives = true;

    public void Begin(LogId log, ulong now) => _inner.Begin(log, now);

    public void Reading(AcceptedReading reading)
    {
        _inner.Reading(reading);
        _waiting++;
        MostWaiting = Math.Max(MostWaiting, _waiting);
    }

    public void Event(GatewayEvent statement, ulong at) => _inner.Event(statement, at);

    public Batch Take(ulong now)
    {
        if (!_gives)
        {
            return Batch.Empty;
        }

        _waiting = 0;
        return _inner.Take(now);
    }

    public Batch TakeLast(ulong now) => _inner.TakeLast(now);
}
