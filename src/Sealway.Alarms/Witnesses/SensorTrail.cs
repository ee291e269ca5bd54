namespace Sealway.Alarms;

using System.Collections.Immutable;
using Sealway.Messages;

/// <summary>Which numbers of one sensor stand in one log, and where. Immutable; a number that is there already changes nothing.</summary>
internal sealed record SensorTrail
{
    /// <summary>How many runs are kept of a sensor in a log; beyond it the oldest is forgotten, and what is missing before it counts as this log alone shows it.</summary>
    public const int MostRuns = 256;

    public static SensorTrail Empty { get; } = new();

    /// <summary>By rising number.</summary>
    public ImmutableArray<NumberRun> Runs { get; init; } = [];

    /// <summary>The last number that is forgotten; null while none is.</summary>
    public ReadingNumber? Floor { get; init; }

    /// <summary>How many runs are forgotten.</summary>
    public ulong Forgotten { get; init; }

    /// <summary>Gaps before the runs that are forgotten.</summary>
    public ulong Gaps { get; init; }

    /// <summary>Numbers missing in these.</summary>
    public ulong Missing { get; init; }

    /// <summary>The trail with one more number.</summary>
    public SensorTrail With(ReadingNumber number, ulong index, bool isDoubtful)
    {
        int next = After(number);
        if (number <= Floor || (next > 0 && Runs[next - 1].Contains(number)))
        {
            return this;
        }

        NumberRun added = new(number.Boot, number.Sequence, number.Sequence, index, index, isDoubtful);
        ImmutableArray<NumberRun> runs;
        if (next > 0 && Runs[next - 1].JoinedWith(added) is { } grown)
        {
            runs = next < Runs.Length && grown.JoinedWith(Runs[next]) is { } one ? Runs.RemoveAt(next).SetItem(next - 1, one) : Runs.SetItem(next - 1, grown);
        }
        else
        {
            runs = next < Runs.Length && added.JoinedWith(Runs[next]) is { } begun ? Runs.SetItem(next, begun) : Runs.Insert(next, added);
        }

        return runs.Length <= MostRuns ? this with { Runs = runs } : WithoutFirst(runs);
    }

    /// <summary>The run that holds a number; null where none does.</summary>
    public NumberRun? Of(ReadingNumber number)
    {
        int next = After(number);
        return next > 0 && Runs[next - 1].Contains(number) ? Runs[next - 1] : null;
    }

    private SensorTrail WithoutFirst(ImmutableArray<NumberRun> runs)
    {
        ulong missing = runs[0].MissingAfter(Floor);
        return new SensorTrail
        {
            Runs = runs.RemoveAt(0),
            Floor = runs[0].End,
            Forgotten = Forgotten + 1,
            Gaps = Gaps + (missing > 0 ? 1u : 0),
            Missing = Missing + missing,
        };
    }

    // The place of the first run that begins after a number.
    private int After(ReadingNumber number)
    {
        int low = 0;
        int high = Runs.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Runs[middle].Begin <= number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
