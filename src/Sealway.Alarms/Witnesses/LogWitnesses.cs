namespace Sealway.Alarms;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Compares the readings of one log with those under the same numbers in the fleet's other logs, behind the judging of
/// each batch. What is still open after a fault is compared at the next call; until then the log's place must not be kept.
/// Used by one thread at a time.
/// </summary>
/// <param name="fleet">The trails of all logs.</param>
/// <param name="store">Where the logs are.</param>
/// <param name="keyOf">A sensor's key; null where it is not known.</param>
internal sealed class LogWitnesses(FleetWitnesses fleet, ILogStore store, Func<Kid, PublicKey?> keyOf)
{
    private readonly ReadingSearch _search = new(store, keyOf);
    private readonly List<(ulong Index, Reading Reading)> _read = [];
    private readonly Queue<WitnessQuestion> _open = [];
    private List<(Kid Sensor, ClonedNumber Found)> _news = [];

    /// <summary>Whether something is not compared yet.</summary>
    public bool IsOpen => _open.Count > 0 || _read.Count > 0 || _news.Count > 0;

    /// <summary>An entry was judged.</summary>
    public void Judged(ulong index, Judged? judged)
    {
        if (judged is not null && LogTrails.Counts(judged))
        {
            _read.Add((index, judged.Reading!));
        }
    }

    /// <summary>A batch was judged: compares, and counts what came of it in the log's tally.</summary>
    /// <returns>Evidence that is news: the first of its sensor in these two logs.</returns>
    /// <exception cref="IOException">A log could not be read; what is open stays so.</exception>
    public async Task<IReadOnlyList<(Kid Sensor, ClonedNumber Found)>> CompareAsync(JudgedLog judged, CancellationToken ct)
    {
        foreach (WitnessQuestion question in fleet.Ask(judged, _read))
        {
            _open.Enqueue(question);
        }

        _read.Clear();
        while (_open.TryPeek(out WitnessQuestion? question))
        {
            ct.ThrowIfCancellationRequested();
            Reading reading = question.Reading;
            if (await FindAsync(question, ct).ConfigureAwait(false) is not { } other)
            {
                judged.Tally.Uncompared++;
            }
            else if (SignedHash.Of(other.Reading) != SignedHash.Of(reading))
            {
                ClonedNumber found = new(reading.Kid.ToString(), reading.Number.Boot, reading.Number.Sequence, judged.Log.ToString(), question.Index, question.OtherLog.ToString(), other.Index);
                if (judged.Tally.Clones.Count < ClonedNumber.Most && !judged.Tally.Clones.Contains(found))
                {
                    judged.Tally.Clones.Add(found);
                }

                if (fleet.IsNews(found))
                {
                    _news.Add((reading.Kid, found));
                }
            }

            _open.Dequeue();
        }

        List<(Kid Sensor, ClonedNumber Found)> news = _news;
        _news = [];
        return news;
    }

    private async Task<(ulong Index, Reading Reading)?> FindAsync(WitnessQuestion question, CancellationToken ct)
    {
        try
        {
            return await _search.FindAsync(question.OtherLog, question.Run, question.Reading.Kid, question.Reading.Number, ct).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            // The other log is damaged here: whoever judges or checks it says so.
            return null;
        }
    }
}
