namespace Sealway.Cli.Drill;

using Sealway.App;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The readings in a sealed log, as a member's key opens them.</summary>
internal sealed class SealedReadings(string where, string name, AgreementKey member, Findings findings) : IDisposable
{
    private readonly LogScan _scan = new(name);
    private readonly Dictionary<LogId, SlotOpener> _openers = [];

    /// <summary>What it holds.</summary>
    public HeldReadings Held { get; } = new(where, findings);

    /// <summary>Reads and opens on.</summary>
    public async Task ReadAsync(ILogStore store, CancellationToken stop)
    {
        foreach ((LogId log, ulong index, ReadOnlyMemory<byte> bytes) in await _scan.News(store, stop).ConfigureAwait(false))
        {
            if (!_openers.TryGetValue(log, out SlotOpener? opener))
            {
                _openers[log] = opener = new SlotOpener(log, member, [.. _openers.Keys]);
            }

            Entry entry = Entry.FromUntrusted(bytes);
            if (entry.Kind == EntryKind.Event && GatewayEvent.FromUntrusted(entry.Body) is GenerationEvent generation)
            {
                Held.Began(log, generation);
            }

            opener.TryTake(bytes, out IReadOnlyList<SlotItem> items);
            foreach (SlotItem item in items)
            {
                if (item.Reading is { } reading)
                {
                    Held.Take(log, index, reading);
                }
            }
        }
    }

    /// <summary>Erases the epochs' keys.</summary>
    public void Dispose()
    {
        foreach (SlotOpener opener in _openers.Values)
        {
            opener.Dispose();
        }
    }
}
