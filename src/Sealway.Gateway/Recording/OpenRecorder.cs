namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>The open log's recorder: each reading and each event is an entry of its own, at once.</summary>
public sealed class OpenRecorder : IRecorder
{
    private readonly List<Entry> _entries = [];
    private readonly List<RecordedItem> _items = [];

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
        _entries.Add(Entry.Create(EntryKind.Reading, reading.At, reading.Reading.Bytes));
        _items.Add(RecordedItem.Of(reading));
    }

    /// <inheritdoc/>
    public void Event(GatewayEvent statement, ulong at)
    {
        ArgumentNullException.ThrowIfNull(statement);
        _entries.Add(Entry.Create(EntryKind.Event, at, statement.ToArray()));
        _items.Add(RecordedItem.Of(statement, at));
    }

    /// <inheritdoc/>
    public Batch Take(ulong now)
    {
        if (_entries.Count == 0)
        {
            return Batch.Empty;
        }

        Batch batch = new([.. _entries], [.. _items], []);
        _entries.Clear();
        _items.Clear();
        return batch;
    }

    /// <inheritdoc/>
    public Batch TakeLast(ulong now) => Take(now);
}
