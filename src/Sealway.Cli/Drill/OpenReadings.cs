namespace Sealway.Cli.Drill;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The readings in a store of an open log.</summary>
internal sealed class OpenReadings(string where, string name, Findings findings)
{
    private readonly LogScan _scan = new(name);
    private readonly Dictionary<LogId, LogHistory> _history = [];

    /// <summary>What it holds.</summary>
    public HeldReadings Held { get; } = new(where, findings);

    /// <summary>Reads on, and judges each entry by the one verdict function where a registry is given.</summary>
    /// <param name="store">The store.</param>
    /// <param name="registry">Read after the entries, so that it is not behind them; null: what is there is not judged.</param>
    /// <param name="stop">Ends it.</param>
    public async Task ReadAsync(ILogStore store, Func<Task<RegistryView>>? registry, CancellationToken stop)
    {
        IReadOnlyList<(LogId Log, ulong Index, ReadOnlyMemory<byte> Bytes)> news = await _scan.News(store, stop).ConfigureAwait(false);
        RegistryView? view = registry is null ? null : await registry().ConfigureAwait(false);
        foreach ((LogId log, ulong index, ReadOnlyMemory<byte> bytes) in news)
        {
            if (bytes.IsEmpty)
            {
                findings.Add(FindingKind.Lost, where, $"{log} #{index} has no bytes");
            }
            else if (view is not null)
            {
                Judge(log, index, bytes, view);
            }
            else
            {
                Entry entry = Entry.FromUntrusted(bytes);
                Take(log, index, entry.Kind == EntryKind.Reading ? Reading.FromUntrusted(entry.Body) : null, entry.Kind == EntryKind.Event ? GatewayEvent.FromUntrusted(entry.Body) : null);
            }
        }
    }

    private void Judge(LogId log, ulong index, ReadOnlyMemory<byte> bytes, RegistryView view)
    {
        LogHistory before = _history.GetValueOrDefault(log, LogHistory.Beginning);
        Judged judged = Fleet.Judge.JudgeEntry(log, index, bytes, before, view);
        _history[log] = before.After(judged);
        if (!judged.Verdict.IsValid)
        {
            findings.Add(FindingKind.Foreign, where, $"{log} #{index} is {judged.Verdict.Validity}: {judged.Verdict.Reason}");
            return;
        }

        Take(log, index, judged.Reading, judged.Event);
    }

    private void Take(LogId log, ulong index, Reading? reading, GatewayEvent? statement)
    {
        if (statement is GenerationEvent generation)
        {
            Held.Began(log, generation);
        }

        if (reading is not null)
        {
            Held.Take(log, index, reading);
        }
    }
}
