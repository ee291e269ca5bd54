namespace Sealway.Archive;

using System.Globalization;
using Microsoft.Extensions.Logging;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// What judging one log finds that is worth an alert, gathered while a batch is judged. No values go to the log. What was
/// told is not told again when entries are judged anew because the registry moved.
/// </summary>
internal sealed class JudgedAlerts(ILogStore store, TimeProvider time, ILogger logger)
{
    /// <summary>What is older than this when it is judged for the first time is counted, and not told: whoever follows a log from its beginning is not alerted of its past.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromHours(24);

    // How many of the latest are remembered; a rewind reaches back no further than the pending entries.
    private const int Remembered = 8_192;

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly AlertPace _pace = new(time);
    private readonly HashSet<(LogId Log, Refusal Reason)> _refused = [];
    private List<Alert> _found = [];

    /// <summary>Whether a generation was found that cuts the one before.</summary>
    public bool FoundCut { get; private set; }

    /// <summary>Takes out what was gathered.</summary>
    public IReadOnlyList<Alert> Take()
    {
        List<Alert> found = _found;
        _found = [];
        return found;
    }

    public async Task FoundAsync(LogId log, ulong index, LogStep step, IReadOnlyList<UnmatchedAlarm> differs, RegistryView registry, CancellationToken ct)
    {
        FoundCut = false;
        foreach (AlarmChange change in step.Changes)
        {
            Alarm(log, index, change, registry);
        }

        foreach (UnmatchedAlarm difference in differs)
        {
            Differs(log, difference, registry);
        }

        if (step.Judged is not { } judged)
        {
            return;
        }

        if (judged.Verdict.Validity == Validity.Refused && _refused.Add((log, judged.Verdict.Reason)))
        {
            logger.LogWarning("{Log} holds entries that do not count: {Reason}, first at {Index}", log, judged.Verdict.Reason, index);
            Add(AlertKind.EntriesRefused, log, index, judged.Verdict.Reason.ToString(), Now(), $"entries of this log do not count: {judged.Verdict.Reason}; further ones are counted and not told");
        }

        if (judged is { Event: LostEvent lost, Verdict.IsValid: true })
        {
            logger.LogWarning("{Log}: the gateway lost {Count} readings to a full disk", log, lost.Count);
            AddAtPace(AlertKind.ReadingsLost, log, index, string.Empty, judged.At, $"the gateway lost {lost.Count} readings to a full disk, as it states");
        }

        if (index == 0 && log.Generation > 0)
        {
            await GenerationAsync(log, judged, ct).ConfigureAwait(false);
        }
    }

    /// <summary>A log was judged again because a key was withdrawn: of whose readings how many are worth something else now.</summary>
    public void Reconsidered(Reconsidering again, LogId log, ulong asJudged)
    {
        string left = asJudged == 0 ? string.Empty : $"; {asJudged} entries of the log are held as their hash alone and count as they were judged before";
        foreach ((Kid sensor, MovedReadings moved) in again.Moved)
        {
            Withdrawal? withdrawal = again.Registry.WithdrawalOf(sensor);
            string since = withdrawal is null ? "its gateway was withdrawn" : $"withdrawn since {Time(withdrawal.SinceMilliseconds)} by entry {withdrawal.Index} of the registry";
            string text = $"{moved.Doubtful + moved.Refused} readings that counted before do not count as before: {moved.Doubtful} are doubtful now, {moved.Refused} are refused now; {since}, registry {again.Registry.Size}{left}";
            logger.LogWarning("{Log}, sensor {Sensor}: {Text}", log, sensor, text);
            Add(About(Of(AlertKind.Reconsidered, true, log, null, $"{sensor}:{again.Registry.Size}", Now(), text), sensor, again.Registry));
        }

        if (again.OtherEntries > 0)
        {
            string text = $"{again.OtherEntries} entries that hold no reading are worth something else now: the gateway's key was withdrawn, registry {again.Registry.Size}{left}";
            logger.LogWarning("{Log}: {Text}", log, text);
            Add(Of(AlertKind.Reconsidered, true, log, null, again.Registry.Size.ToString(CultureInfo.InvariantCulture), Now(), text));
        }
    }

    /// <summary>Two contents stand under one number of a sensor, in two logs.</summary>
    public void Cloned(LogId log, Kid sensor, ClonedNumber found, RegistryView registry)
    {
        ClonedNumber ordered = found.Ordered();
        logger.LogError("sensor {Sensor}: {Clone}", sensor, found);
        Add(About(Of(AlertKind.Cloned, true, log, found.Index, $"{sensor}:{ordered.Log}:{ordered.OtherLog}", Now(), found.ToString()), sensor, registry));
    }

    /// <summary>Tells of an entry whose time cannot be, once for each stretch of them.</summary>
    public void Times(JudgedLog judged, EntryTimes times, ulong index, Judged read, int length)
    {
        if (judged.Dated(times, index, read, length) is { } off)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"entries are misdated from here on: {Math.Abs(off) / 1000} s {(off < 0 ? "before this archive's countersignature of what came before them" : "ahead of this archive's clock")}");
            logger.LogWarning("{Log}, entry {Index}: {Text}", judged.Log, index, text);
            Add(AlertKind.Misdated, judged.Log, index, string.Empty, Now(), text);
        }

        if (judged.HasClockGoneBack(read))
        {
            ulong latest = judged.Alarms.Place.History.LastAt;
            string text = string.Create(CultureInfo.InvariantCulture, $"the gateway's clock went back by {(latest - Math.Min(latest, read.At)) / 1000} s");
            logger.LogWarning("{Log}, entry {Index}: {Text}", judged.Log, index, text);
            Add(AlertKind.ClockWentBack, judged.Log, index, string.Empty, Now(), text);
        }
    }

    private static string Time(ulong milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, 253_402_300_799_999)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private async Task GenerationAsync(LogId log, Judged judged, CancellationToken ct)
    {
        GenerationEvent? stated = judged.Event as GenerationEvent;
        logger.LogInformation("{Log} begins: {Reason}", log, stated?.Reason ?? "no reason is stated");
        AddAtPace(AlertKind.Generation, log, 0, string.Empty, judged.At, $"a new generation of the log begins: {stated?.Reason ?? "no reason is stated"}");
        LogId before = stated?.Previous?.Log ?? log with { Generation = log.Generation - 1 };
        ulong kept = stated?.Previous?.Size ?? 0;
        ulong size = (await store.State(before, ct).ConfigureAwait(false))?.Size ?? 0;
        if (size < kept)
        {
            logger.LogError("{Log} goes on from {Kept} entries of {Before}, of which only {Held} were given", log, kept, before, size);
            AddAtPace(AlertKind.Withheld, log, 0, string.Empty, judged.At, $"the new generation goes on from {kept} entries of {before}, of which only {size} were given to this archive");
        }

        if (size > kept)
        {
            FoundCut = true;
            logger.LogError("{Log} leaves out what is held of {Before}: it goes on from {Kept} entries, {Held} are held", log, before, kept, size);
            AddAtPace(AlertKind.Cut, log, 0, string.Empty, judged.At, $"the new generation goes on from {kept} entries of {before}, of which {size} are held here");
        }
    }

    private void Alarm(LogId log, ulong index, AlarmChange change, RegistryView registry)
    {
        string what = $"{change.Rule.Name}:{change.Sensor}";
        Alert alert = Of(AlertKind.Alarm, change.Raised, log, index, what, change.At, $"alarm {change.Rule.Name} {(change.Raised ? "raised" : "cleared")}") with
        {
            Rule = change.Rule.Name,
            Priority = Enum.GetName(change.Rule.Priority)!.ToLowerInvariant(),
            Metric = change.Metric,
            Value = change.Value,
        };
        if (Add(About(alert, change.Sensor, registry)))
        {
            logger.Log(
                change.Raised ? LogLevel.Warning : LogLevel.Information,
                "alarm {Rule} ({Priority}) {Change} for sensor {Sensor} by entry {Index} of {Log}",
                change.Rule.Name, change.Rule.Priority, change.Raised ? "raised" : "cleared", change.Sensor, index, log);
        }
    }

    private void Differs(LogId log, UnmatchedAlarm differs, RegistryView registry)
    {
        string side = differs.ByGateway ? "the gateway" : "the archive";
        string text = $"only {side} says that alarm {differs.Rule} was {(differs.Raised ? "raised" : "cleared")}: its rules are others, or it states what its log does not bear out";
        Alert alert = Of(AlertKind.AlarmsDiffer, true, log, differs.Index, $"{differs.Rule}:{differs.Sensor}:{differs.Raised}:{differs.ByGateway}", differs.At, text) with { Rule = differs.Rule };
        if (Add(About(alert, Kid.Parse(differs.Sensor), registry)))
        {
            logger.LogWarning("{Log}, sensor {Sensor}: {Text}", log, differs.Sensor, text);
        }
    }

    private static Alert About(Alert alert, Kid sensor, RegistryView registry) => alert with
    {
        Sensor = sensor.ToString(),
        SensorName = registry.Find(sensor)?.Name,
        Subject = registry.AssignmentAt(sensor, alert.At)?.Assignment.Subject,
    };

    private void Add(AlertKind kind, LogId log, ulong index, string what, ulong at, string text) => Add(Of(kind, true, log, index, what, at, text));

    /// <summary>Adds what was held back and is due by now.</summary>
    public void HeldBack()
    {
        foreach ((AlertKind kind, ulong count, LogId log, ulong index) in _pace.Due())
        {
            Add(kind, log, index, "further", Now(), $"{count} further alerts of this kind in the last minutes: this is the last of them");
        }
    }

    private void AddAtPace(AlertKind kind, LogId log, ulong index, string what, ulong at, string text)
    {
        Alert alert = Of(kind, true, log, index, what, at, text);
        if (IsNews(alert) && _pace.MayTell(kind, log, index, out ulong heldBack))
        {
            Add(heldBack == 0 ? alert : alert with { Text = $"{text}; {heldBack} further alerts of this kind before it were held back" });
        }
    }

    private bool IsNews(Alert alert) => Now() <= alert.At + (ulong)Within.TotalMilliseconds && !_told.Contains(alert.Id);

    private bool Add(Alert alert)
    {
        if (!IsNews(alert))
        {
            return false;
        }

        _told.Add(alert.Id);

        _order.Enqueue(alert.Id);
        if (_order.Count > Remembered)
        {
            _told.Remove(_order.Dequeue());
        }

        _found.Add(alert);
        return true;
    }

    private static Alert Of(AlertKind kind, bool raised, LogId log, ulong? index, string what, ulong at, string text) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{kind}:{log}:{index}:{what}:{raised}"),
        Kind = kind,
        Raised = raised,
        Text = text,
        At = at,
        Log = log.ToString(),
        Index = index,
    };

    private ulong Now() => (ulong)Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds());
}
