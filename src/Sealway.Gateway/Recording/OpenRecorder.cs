namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>The open log's recorder: each reading and each event is an entry of its own, at once.</summary>
public sealed class OpenRecorder : IRecorder
{
    private readonly Queue<(Entry Entry, RecordedItem Item)> _waiting = [];

    /// <inheritdoc/>
    public ulong? NextDue => null;

    /// <inheritdoc/>
    public void Begin(LogId log, ulong now)
    {
    }

    /// <inheritdoc/>
    public void Reading(AcceptedReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        _waiting.Enqueue((Entry.Create(EntryKind.Reading, reading.At, reading.Reading.Bytes), RecordedItem.Of(reading)));
    }

    /// <inheritdoc/>
    public void Event(GatewayEvent statement, ulong at)
    {
        ArgumentNullException.ThrowIfNull(statement);
        _waiting.Enqueue((Entry.Create(EntryKind.Event, at, statement.ToArray()), RecordedItem.Of(statement, at)));
    }

    /// <inheritdoc/>
    public Batch Take(ulong now)
    {
        List<Entry> entries = new(Math.Min(_waiting.Count, Limits.AppendEntries));
        List<RecordedItem> items = new(entries.Capacity);
        int bytes = 0;
        while (entries.Count < Limits.AppendEntries && _waiting.TryPeek(out (Entry Entry, RecordedItem Item) next) && bytes + next.Entry.Bytes.Length <= Limits.AppendEntryBytes)
        {
            bytes += next.Entry.Bytes.Length;
            entries.Add(next.Entry);
            items.Add(next.Item);
            _waiting.Dequeue();
        }

        return entries.Count == 0 ? Batch.Empty : new Batch(entries, items, []);
    }

    /// <inheritdoc/>
    public Batch TakeLast(ulong now) => Take(now);
}
