namespace Sealway.Alarms;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Judges a log again from what is held of it, because a key that it has readings of, or its gateway's, was withdrawn: each
/// entry once as it was judged and once as it is judged now, so that what both passes meet as a hash alone counts as it was
/// judged. Beside the judging of new entries, a stretch at a time; nothing of it is kept, and after a stop it begins again.
/// </summary>
internal sealed class Reconsidering
{
    private readonly MarkedRegistry _marked;
    private readonly VerdictPass _then;
    private readonly VerdictPass _now;
    private readonly SortedDictionary<Kid, MovedReadings> _moved = [];

    /// <summary>Begins.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="start">The first entry held.</param>
    /// <param name="marks">With which withdrawals the log was judged; the log's own list, which may grow meanwhile.</param>
    /// <param name="registry">The registry now.</param>
    /// <param name="viewAt">What the registry said at a size.</param>
    public Reconsidering(LogId log, ulong start, IReadOnlyList<RegistryMark> marks, RegistryView registry, Func<ulong, RegistryView> viewAt)
    {
        Registry = registry;
        _marked = new MarkedRegistry(marks, registry, viewAt);
        _then = new VerdictPass(log, start);
        _now = new VerdictPass(log, start);
    }

    /// <summary>The registry as of which the log is judged now.</summary>
    public RegistryView Registry { get; }

    /// <summary>The entry that comes next.</summary>
    public ulong Next => _now.Next;

    /// <summary>Entries met as their hash alone.</summary>
    public ulong Blanks => _now.Tally.Blanks;

    /// <summary>Entries that hold no reading and are worth something else now.</summary>
    public ulong OtherEntries { get; private set; }

    /// <summary>What became of each sensor's readings where something did.</summary>
    public IReadOnlyDictionary<Kid, MovedReadings> Moved => _moved;

    /// <summary>Whether an entry waits for more of the registry.</summary>
    public bool IsPending => _now.Pending is not null || _then.Pending is not null;

    internal VerdictPass Then => _then;

    internal VerdictPass Now => _now;

    /// <summary>Takes the next entry.</summary>
    public void Feed(LogEntry entry)
    {
        RegistryView judgedWith = _marked.ViewAt(Next);
        bool isLater = _marked.SizeAt(Next) > Registry.Size;
        Judged? then = _then.Feed(entry.Bytes, judgedWith);
        Judged? now = _now.Feed(entry.Bytes, isLater ? judgedWith : Registry);
        if (then is null || now is null || (then.Verdict.Validity, then.Verdict.Reason) == (now.Verdict.Validity, now.Verdict.Reason))
        {
            return;
        }

        if (now.Reading is not { } reading && then.Reading is null)
        {
            OtherEntries++;
            return;
        }

        Kid sensor = (now.Reading ?? then.Reading)!.Kid;
        MovedReadings moved = _moved.GetValueOrDefault(sensor);
        _moved[sensor] = (then.Verdict.Validity, now.Verdict.Validity) switch
        {
            (Validity.Valid, Validity.Doubtful) => moved with { Doubtful = moved.Doubtful + 1 },
            (Validity.Valid or Validity.Doubtful, Validity.Refused) => moved with { Refused = moved.Refused + 1 },
            _ => moved with { Other = moved.Other + 1 },
        };
    }
}
