namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// The statements of the registry that a judge needs for some keys: how each came, by enrolment and rotations; its
/// withdrawal; the newest status; and the same for whoever signed or is named in a statement that is shown.
/// </summary>
internal sealed class StatementsNeeded
{
    private readonly RegistryView _view;
    private readonly Dictionary<Kid, Kid> _before;
    private readonly HashSet<Kid> _kids = [];
    private readonly SortedDictionary<ulong, ReadOnlyMemory<byte>?> _statements = [];
    private readonly Queue<ulong> _unread = new();

    public StatementsNeeded(RegistryView view)
    {
        _view = view;
        _before = view.Withdrawals.Where(one => one.Successor is not null).ToDictionary(one => one.Successor!.Value, one => one.Key);
        AddStatement(0);
        Add(view.Authority.Kid);
    }

    public void AddStatement(ulong index)
    {
        if (_statements.TryAdd(index, null))
        {
            _unread.Enqueue(index);
        }
    }

    /// <summary>A key, those before it, and those after it: a status that lists one of them must find its withdrawal.</summary>
    public void Add(Kid kid)
    {
        Stack<Kid> unseen = new([kid]);
        while (unseen.TryPop(out Kid one))
        {
            if (!_kids.Add(one))
            {
                continue;
            }

            Party party = _view.Find(one) ?? throw new MessageException(Refusal.UnknownKey, "waybill");
            AddStatement(party.EnrolledAt);
            if (_before.TryGetValue(one, out Kid before))
            {
                unseen.Push(before);
            }

            if (_view.WithdrawalOf(one) is { } withdrawal)
            {
                AddStatement(withdrawal.Index);
                if (withdrawal.Successor is { } after)
                {
                    unseen.Push(after);
                }
            }
        }
    }

    /// <summary>Reads the statements, with all that they lead to.</summary>
    public async Task<List<(ulong Index, ReadOnlyMemory<byte> Bytes)>> Collect(ILogStore store, CancellationToken ct)
    {
        await AddStatus(store, ct).ConfigureAwait(false);
        while (_unread.TryDequeue(out ulong index))
        {
            (ReadOnlyMemory<byte> bytes, Statement statement) = await Read(store, index, ct).ConfigureAwait(false);
            _statements[index] = bytes;
            if (statement.Content is not Rotation { Recovery: not null })
            {
                // A recovery key is nobody's: entry 0, or the recovery before, has its hash.
                Add(statement.Signer);
            }

            if (statement.Content is Assignment assignment)
            {
                Add(assignment.Sensor);
                Add(GatewayOf(assignment).Kid);
                if (assignment.Archive is { } archive)
                {
                    Add(archive);
                }
            }
        }

        return [.. _statements.Select(one => (one.Key, one.Value!.Value))];
    }

    // The newest complete status; of one in pages all of them, which go from the last one back to the lowest kid.
    private async Task AddStatus(ILogStore store, CancellationToken ct)
    {
        for (ulong? index = _view.LatestStatusAt; index is { } at; index = at - 1)
        {
            if (_view.Anomalies.Any(anomaly => anomaly.Index == at))
            {
                continue;
            }

            (_, Statement statement) = await Read(store, at, ct).ConfigureAwait(false);
            if (statement.Content is Status status)
            {
                AddStatement(at);
                if (status.Page is not { } page || page.First == StatusRange.Lowest)
                {
                    return;
                }
            }
        }
    }

    private Party GatewayOf(Assignment assignment) =>
        _view.FindByName(assignment.Gateway, Role.Gateway) ?? throw new MessageException(Refusal.UnknownKey, "waybill");

    private async Task<(ReadOnlyMemory<byte> Bytes, Statement Statement)> Read(ILogStore store, ulong index, CancellationToken ct)
    {
        IReadOnlyList<LogEntry> read = await store.Read(_view.Log, index, index + 1, Limits.EntryBytes, ct).ConfigureAwait(false);
        return read is [{ IsBlank: false } entry]
            ? (entry.Bytes, Statement.FromUntrusted(Entry.FromUntrusted(entry.Bytes)))
            : throw new MessageException(Refusal.UnexpectedBlank, "waybill: registry");
    }
}
