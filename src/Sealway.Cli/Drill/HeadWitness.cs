namespace Sealway.Cli.Drill;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Sees every head and every leaf in every store, those included that were never sent, and keeps them apart from the stores: a later head of a log must be of a
/// tree that extends the trees of all earlier ones, all stores must hold the same leaves, and none may hold less than it held.
/// </summary>
internal sealed class HeadWitness(Findings findings)
{
    private const int AtOnce = 1_024;

    private readonly Dictionary<LogId, WitnessedLog> _logs = [];
    private readonly Dictionary<(string Where, LogId Log), (ulong Size, ulong Heads)> _seen = [];

    /// <summary>Different heads seen.</summary>
    public int Heads => _logs.Values.Sum(log => log.Heads);

    /// <summary>Looks at a store once more.</summary>
    /// <param name="where">What it is called.</param>
    /// <param name="store">The store.</param>
    /// <param name="registry">Whose heads count; read after the heads were.</param>
    /// <param name="stop">Ends it.</param>
    public async Task LookAsync(string where, ILogStore store, Func<Task<RegistryView>> registry, CancellationToken stop)
    {
        foreach (LogId log in await store.Logs(stop).ConfigureAwait(false))
        {
            (ulong held, ulong headed) = _seen.GetValueOrDefault((where, log));

            // Heads first: entries are on disk before or with them.
            List<Head> heads = await NewHeads(store, log, headed, stop).ConfigureAwait(false);
            LogState? state = await store.State(log, stop).ConfigureAwait(false);
            ulong size = state?.Size ?? 0;
            if (size < held)
            {
                findings.Add(FindingKind.Contradiction, where, $"{log} has {size} entries, it had {held}");
                continue;
            }

            WitnessedLog witnessed = _logs.TryGetValue(log, out WitnessedLog? known) ? known : _logs[log] = new WitnessedLog();
            await Leaves(where, store, log, held, size, witnessed, stop).ConfigureAwait(false);
            RegistryView view = await registry().ConfigureAwait(false);
            foreach (Head head in heads)
            {
                Judge(where, log, head, witnessed, view);
            }

            _seen[(where, log)] = (size, heads.Count == 0 ? headed : heads[^1].Claims.Size);
        }
    }

    private async Task Leaves(string where, ILogStore store, LogId log, ulong from, ulong to, WitnessedLog witnessed, CancellationToken stop)
    {
        for (ulong at = from; at < to;)
        {
            IReadOnlyList<LogEntry> entries = await store.Read(log, at, Math.Min(to, at + AtOnce), Limits.AppendEntryBytes, stop).ConfigureAwait(false);
            if (entries.Count == 0)
            {
                findings.Add(FindingKind.Contradiction, where, $"{log} #{at} cannot be read, though {to} entries are held");
                return;
            }

            foreach (LogEntry entry in entries)
            {
                if (!witnessed.Leaf(at, entry.Hash))
                {
                    findings.Add(FindingKind.Contradiction, where, $"{log} #{at} is another entry than was seen before");
                }

                at++;
            }
        }
    }

    private void Judge(string where, LogId log, Head head, WitnessedLog witnessed, RegistryView view)
    {
        if (!witnessed.Head(head))
        {
            findings.Add(FindingKind.Contradiction, where, $"the head of {log} at {head.Claims.Size} is not of the tree that was seen");
        }

        try
        {
            head.Verify(view.WriterOf(log, head.Claims.Kid) ?? throw new MessageException(Refusal.UnknownKey, "head"));
        }
        catch (MessageException refused)
        {
            findings.Add(FindingKind.Contradiction, where, $"the head of {log} at {head.Claims.Size} is not its writer's: {refused.Message}");
        }
    }

    private static async Task<List<Head>> NewHeads(ILogStore store, LogId log, ulong from, CancellationToken stop)
    {
        List<Head> all = [];
        while (true)
        {
            // Those of the last size come again: another may have been signed of the same size.
            IReadOnlyList<SignedHead> some = await store.Heads(log, from, Limits.LargestNumber, AtOnce, stop).ConfigureAwait(false);
            all.AddRange(some.Select(head => head.Head));
            if (some.Count < AtOnce || some[^1].Size == from)
            {
                return all;
            }

            from = some[^1].Size;
        }
    }
}
