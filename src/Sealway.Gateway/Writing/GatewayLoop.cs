namespace Sealway.Gateway;

using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// The one writer. Each turn takes everything that is there, judges each reading, steps the alarms, hands what is to be
/// logged to the recorder, and appends entries, head and notes in one transaction; only then are sensors and askers told
/// and is the forwarder woken. While the disk works the next turn's arrivals gather: that is the adaptive batch, so that a
/// lone reading waits for nobody. Everything that decides lives on this one loop, so nothing here is locked.
/// </summary>
internal sealed class GatewayLoop : IWriterTurn, IDisposable
{
    // One append holds 1,024 entries; a turn's own events have room beside its readings.
    private const int MostAtOnce = Limits.AppendEntries - 128;

    private const int MostActionsAtOnce = 64;

    // While the disk is full, readings are judged and alarmed all the same as long as so few wait in memory.
    private const int MostWithoutRoom = 4_096;

    /// <summary>How often it is looked whether a full disk has room again.</summary>
    internal static readonly TimeSpan RoomAgain = TimeSpan.FromSeconds(1);

    private const ulong LongestSleep = 60_000;

    private readonly GatewayOptions _options;
    private readonly Inbox _inbox;
    private readonly OwnLog _log;
    private readonly IRegistrySource _source;
    private readonly ReadingGate _gate;
    private readonly AlarmWatch _alarms;
    private readonly IReadOnlyList<IReadingObserver> _observers;
    private readonly SensorIntake _intake;
    private readonly Buffer _buffer;
    private readonly GatewayCounts _counts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<ISending> _sending;
    private readonly ITimer _timer;

    private readonly Dictionary<(Kid Sensor, ReadingNumber Number), SensorSession> _pending = [];
    private readonly Dictionary<SensorSession, List<ReadingNumber>> _stored = [];
    private readonly Dictionary<Refusal, ulong> _refused = [];
    private readonly List<WriterAction> _actions = [];
    private GenerationDecision? _change;
    private (Batch Batch, IReadOnlyList<Note> Notes)? _unwritten;
    private ulong? _fullSince;
    private ulong _roomDue;
    private bool _losing;
    private bool _spent;
    private ulong _lossDue;
    private ulong _headDue;
    private ulong _challengeDue;
    private ulong _refusedDue;

    internal GatewayLoop(
        GatewayOptions options, GatewayParts parts, Inbox inbox, OwnLog log, IRegistrySource source, ReadingGate gate, AlarmWatch alarms,
        SensorIntake intake, Buffer buffer, GatewayCounts counts, Func<ISending> sending, TimeProvider time, ulong least, ILogger logger)
    {
        _options = options;
        _inbox = inbox;
        _log = log;
        _source = source;
        _gate = gate;
        _alarms = alarms;
        _observers = parts.Observers;
        Recorder = parts.Recorder;
        _intake = intake;
        _buffer = buffer;
        _counts = counts;
        _sending = sending;
        _time = time;
        _logger = logger;
        Registry = source.Current;
        Now = least;
        log.WaitForRoom = WaitForRoomAsync;
        _timer = time.CreateTimer(_ => _inbox.Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public ulong Now { get; private set; }

    /// <inheritdoc/>
    public LogId Log => _log.Log;

    /// <inheritdoc/>
    public RegistryView Registry { get; private set; }

    /// <inheritdoc/>
    public IRecorder Recorder { get; }

    /// <inheritdoc/>
    public void State(GatewayEvent statement)
    {
        Recorder.Event(statement, Now);
        _gate.Stated(statement, Now);
        Alarm(_alarms.Stated(statement, Now, Log, _gate.Given, Registry));
    }

    /// <summary>Logs the start, then runs until the inbox is closed and empty; then logs what the recorder still holds.</summary>
    /// <param name="cancellation">Gives up at once, with whatever is not durable unanswered.</param>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            Tick();
            Recorder.Begin(Log, Now);
            State(new StartEvent(_options.Software));
            StateInForce();
            do
            {
                await TurnAsync(cancellation).ConfigureAwait(false);
            }
            while (await _inbox.WaitAsync(!Holds, cancellation).ConfigureAwait(false));

            await EndAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _inbox.Close();
            while (_inbox.TryTake(out WriterAction? action))
            {
                action!.Stopped();
            }

            _actions.ForEach(action => action.Stopped());
        }
    }

    /// <summary>Asks the loop to sign, or to begin a generation; completes when that is done and durable.</summary>
    internal Task ChangeAsync(GenerationDecision decision, CancellationToken cancellation) => _inbox.DoAsync(_ => _change = decision, cancellation);

    /// <summary>There may be something to do: see.</summary>
    internal void Look() => _inbox.Wake();

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private async Task TurnAsync(CancellationToken cancellation)
    {
        Tick();
        FollowRegistry();

        // What the recorder has no memory for stays in the inbox, and then with the sensors, unacknowledged.
        for (int taken = 0; taken < MostAtOnce && !Holds && _inbox.TryTake(out Arrival arrival); taken++)
        {
            Arrived(arrival);
        }

        while (_actions.Count < MostActionsAtOnce && _inbox.TryTake(out WriterAction? action))
        {
            action!.Run(this);
            if (action.UntilDurable)
            {
                _actions.Add(action);
            }
        }

        _counts.Hold(Holds);

        Tick();
        StateWhatIsDue();
        if (await StoreAsync(cancellation).ConfigureAwait(false))
        {
            _actions.ForEach(action => action.Durable());
            _actions.Clear();
        }

        TellStored();
        SetTimer();
    }

    // What is not taken stays with the sensors, which were not told that it is stored.
    private bool Holds => Recorder.IsFull || (_fullSince is not null && _pending.Count >= MostWithoutRoom) || (_spent && _buffer.IsOverfull(_log.Size));

    /// <summary>Logs what was given, and signs; where the disk has no room, what was to be written is kept in memory as it is, and written once there is.</summary>
    /// <returns>Whether all of it is durable.</returns>
    private async Task<bool> StoreAsync(CancellationToken cancellation)
    {
        if (_fullSince is not null && Now < _roomDue)
        {
            return false;
        }

        try
        {
            await WriteAsync(cancellation).ConfigureAwait(false);
            if (_fullSince is { } since)
            {
                IsRoom(since);
                await WriteAsync(cancellation).ConfigureAwait(false);
            }

            return true;
        }
        catch (LogStoreFullException full)
        {
            IsFull(full);
            return false;
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        await WriteUnwrittenAsync(cancellation).ConfigureAwait(false);
        for (Batch batch = Recorder.Take(Now); !batch.IsEmpty; batch = Recorder.Take(Now))
        {
            await RecordAsync(batch, cancellation).ConfigureAwait(false);
        }

        await ChangeGenerationAsync(cancellation).ConfigureAwait(false);
        await MakeRoomAsync(cancellation).ConfigureAwait(false);
        if (_log.Signs && Now >= _headDue)
        {
            await _log.AppendAsync([], [], cancellation).ConfigureAwait(false);
            Signed();
        }
    }

    private void IsFull(LogStoreFullException full)
    {
        if (_fullSince is null)
        {
            _logger.LogError("{Cause}; nothing is acknowledged meanwhile, sensors keep what they send", full.Message);
        }

        _fullSince ??= Now;
        _roomDue = Now + Milliseconds.Of(RoomAgain);
        _counts.DiskFull(true);
    }

    private void IsRoom(ulong since)
    {
        Tick();
        _logger.LogWarning("the disk has room again after {Seconds} s; nothing that was acknowledged is lost", (Now - since) / 1000);
        _fullSince = null;
        _counts.DiskFull(false);

        // Nothing is lost, and for so long nothing could be stored.
        State(new LostEvent(0, since, Now));
    }

    private async Task WaitForRoomAsync(LogStoreFullException full, CancellationToken cancellation)
    {
        IsFull(full);
        await Task.Delay(RoomAgain, _time, cancellation).ConfigureAwait(false);
        Tick();
    }

    // The last that the recorder holds. What finds no room is not acknowledged, and its sensors send it again.
    private async Task EndAsync(CancellationToken cancellation)
    {
        Tick();
        try
        {
            await WriteUnwrittenAsync(cancellation).ConfigureAwait(false);
            await RecordAsync(Recorder.TakeLast(Now), cancellation).ConfigureAwait(false);
        }
        catch (LogStoreFullException full)
        {
            _logger.LogError("{Cause}; stopped with {Count} readings that are not stored and not acknowledged", full.Message, _pending.Count);
        }

        TellStored();
    }

    private void Tick() => Now = Math.Max(Now, Milliseconds.Now(_time));

    private void FollowRegistry()
    {
        RegistryView current = _source.Current;
        if (current.Size != Registry.Size)
        {
            Registry = current;
            StateInForce();
        }
    }

    // Never less than was stated before, as after the loss of the registry's store: that would be refused by everybody.
    private void StateInForce()
    {
        if (Registry.Size > (_gate.InForce ?? 0))
        {
            State(new InForceEvent(Registry.Size));
        }
    }

    private void Arrived(Arrival arrival)
    {
        // An arrival's time is its own, but the log's clock never goes back.
        Now = Math.Max(Now, arrival.At);
        Judgement judgement = arrival.Bytes.Length > Recorder.LongestReading
            ? ReadingGate.TooLong(arrival.Bytes)
            : _gate.Judge(arrival.Bytes, Now, Log, Registry);
        if (judgement.Accepted is { } accepted)
        {
            _counts.Accept();
            _pending[(accepted.Reading.Kid, accepted.Reading.Number)] = arrival.Session;
            Recorder.Reading(accepted);
            Alarm(_alarms.Step(accepted));
            Observe(accepted);
        }
        else if (judgement.Repeated is { } repeated)
        {
            _counts.Repeat();
            (Kid, ReadingNumber) key = (repeated.Kid, repeated.Number);
            if (_pending.ContainsKey(key))
            {
                // Not durable yet: the answer goes where the sensor is now.
                _pending[key] = arrival.Session;
            }
            else
            {
                Answer(arrival.Session, repeated.Number);
            }
        }
        else
        {
            Refuse(arrival.Session, judgement);
        }
    }

    private void Refuse(SensorSession session, Judgement judgement)
    {
        _counts.Refuse(judgement.Refused);
        _refused[judgement.Refused] = _refused.GetValueOrDefault(judgement.Refused) + 1;
        if (judgement is { Final: true, Number: { } number })
        {
            session.Tell(new RefusedReading(number, judgement.Refused));
        }
    }

    private void Alarm(IReadOnlyList<AlarmEvent> changes)
    {
        foreach (AlarmEvent alarm in changes)
        {
            if (alarm.Raised)
            {
                _counts.RaiseAlarm();
            }

            _logger.LogWarning("alarm {Rule} {Change} for sensor {Sensor}", alarm.Rule, alarm.Raised ? "raised" : "cleared", alarm.Sensor);
            State(alarm);
        }
    }

    private void Observe(AcceptedReading accepted)
    {
        foreach (IReadingObserver observer in _observers)
        {
            try
            {
                observer.Accepted(accepted, this);
            }
#pragma warning disable CA1031 // Who looks on must not stop the log.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _counts.FailObserver();
                _logger.LogError(e, "an observer of readings failed");
            }
        }
    }

    private void StateWhatIsDue()
    {
        Alarm(_alarms.Tick(Now));
        if (_fullSince is not null)
        {
            // What could not be told anybody yet is not worth memory.
            return;
        }

        if (Now >= _challengeDue)
        {
            _challengeDue = Now + Milliseconds.Of(_options.ChallengeEvery);
            State(new ChallengeEvent(RandomNumberGenerator.GetBytes(Reading.NonceSize)));
        }

        if (_refused.Count > 0 && Now >= _refusedDue)
        {
            _refusedDue = Now + Milliseconds.Of(_options.RefusedEvery);
            State(new RefusedEvent(new SortedDictionary<Refusal, ulong>(_refused)));
            _refused.Clear();
        }
    }

    private async Task RecordAsync(Batch batch, CancellationToken cancellation)
    {
        if (batch.IsEmpty)
        {
            return;
        }

        _unwritten = (batch, [.. batch.Notes, .. _gate.Stored(batch.Stored), .. _alarms.Notes()]);
        await WriteUnwrittenAsync(cancellation).ConfigureAwait(false);
    }

    private async Task WriteUnwrittenAsync(CancellationToken cancellation)
    {
        if (_unwritten is not (var batch, var notes))
        {
            return;
        }

        Appended appended = await _log.AppendAsync(batch.Entries, notes, cancellation).ConfigureAwait(false);
        _unwritten = null;

        // From here on it is durable, and may be told.
        int readings = 0;
        foreach (RecordedItem item in batch.Stored)
        {
            switch (item)
            {
                case { Reading: { Reading: { } reading } }:
                    readings++;
                    if (_pending.Remove((reading.Kid, reading.Number), out SensorSession? session))
                    {
                        Answer(session, reading.Number);
                    }

                    break;

                case { Event: ChallengeEvent challenge }:
                    _intake.Challenge(challenge);
                    break;

                default:
                    break;
            }
        }

        _counts.Log(readings, batch.Entries.Count);
        if (appended.Head is not null)
        {
            Signed();
        }
    }

    private void Answer(SensorSession session, ReadingNumber number)
    {
        if (!_stored.TryGetValue(session, out List<ReadingNumber>? numbers))
        {
            _stored[session] = numbers = [];
        }

        numbers.Add(number);
    }

    private void TellStored()
    {
        foreach ((SensorSession session, List<ReadingNumber> numbers) in _stored)
        {
            foreach (ReadingNumber[] chunk in numbers.Chunk(SensorLinkMessage.MaxNumbers))
            {
                session.Tell(new StoredReadings(chunk));
            }
        }

        _stored.Clear();
    }

    private async Task ChangeGenerationAsync(CancellationToken cancellation)
    {
        if (_change is not { } change)
        {
            return;
        }

        _change = null;
        if (change.Step == GenerationStep.BeginNext && change.Log.Generation >= Limits.Generations)
        {
            IsSpent(change.Reason);
            return;
        }

        if (change.Step == GenerationStep.BeginNext ? change.Log <= Log : change.Log != Log)
        {
            // Decided before the log went on in another generation; the cloud is asked again.
            return;
        }

        if (change.Step == GenerationStep.BeginNext)
        {
            _logger.LogError("generation {Log} begins after {Previous}: {Reason}", change.Log, change.Previous!.Log, change.Reason);
            try
            {
                await _log.BeginAsync(change.Log, change.Previous, change.Reason, cancellation).ConfigureAwait(false);
            }
            catch (LogStoreFullException)
            {
                _change = change;
                throw;
            }

            _buffer.Restart();
            Begun();
        }
        else if (!_log.Signs)
        {
            _logger.LogInformation("{Log} goes on from the latest head that the cloud holds", Log);
            _log.Confirm();
        }

        // The first head since then says how far the log has come.
        _headDue = 0;
    }

    // Followers take no further generation, so that none is begun.
    private void IsSpent(string reason)
    {
        if (!_spent)
        {
            _spent = true;
            _counts.SpendGenerations();
            _logger.LogCritical("no generation follows {Log}, as a log has at most {Most}: {Reason}; enrol this gateway under another name", Log, Limits.Generations, reason);
        }
    }

    private void Begun()
    {
        Recorder.Begin(Log, Now);

        // What its readers need to judge by does not come over from the generation before.
        State(new InForceEvent(Registry.Size));
        _challengeDue = 0;
        _headDue = 0;
    }

    /// <summary>
    /// Where more waits unsent than the disk has room for, the oldest readings are lost: the log goes on in a generation without them, that says so. The cloud is
    /// asked first what it holds, so that nothing which it has is left out; logging goes on meanwhile.
    /// </summary>
    private async Task MakeRoomAsync(CancellationToken cancellation)
    {
        bool overfull = _buffer.IsOverfull(_log.Size);
        if (overfull && Log.Next.Generation >= Limits.Generations)
        {
            // Then the newest wait with the sensors instead.
            IsSpent(SigningRule.DiskFull);
            return;
        }

        if (!overfull && !_losing)
        {
            return;
        }

        if (overfull && !_sending().IsSettled())
        {
            _lossDue = _losing ? _lossDue : Now + Milliseconds.Of(_options.AnswerTime);
            _losing = true;
            return;
        }

        bool begun = false;
        if (overfull && await _buffer.OverflowAsync(Log, _log.Size, cancellation).ConfigureAwait(false) is { } overflow)
        {
            LogId old = Log;
            await _log.LoseAsync(overflow, cancellation).ConfigureAwait(false);
            _logger.LogError("the disk's share is full: {Count} readings or slots of {Old} that were not sent are lost, and {Log} begins without them", overflow.Lost.Count, old, Log);
            _counts.Lose((long)overflow.Lost.Count);
            begun = true;
        }

        _losing = false;
        _sending().GoOn(begun);
        if (begun)
        {
            Begun();
        }
    }

    private void Signed()
    {
        _headDue = Now + Milliseconds.Of(_options.HeadEvery);
        _sending().Wake();
    }

    private void SetTimer()
    {
        ulong due = _fullSince is not null
            ? Math.Min(_roomDue, _alarms.NextDue ?? ulong.MaxValue)
            : Math.Min(_challengeDue, Math.Min(Recorder.NextDue ?? ulong.MaxValue, _alarms.NextDue ?? ulong.MaxValue));
        if (_log.Signs && _fullSince is null)
        {
            due = Math.Min(due, _headDue);
        }

        if (_losing && _fullSince is null)
        {
            due = Math.Min(due, _lossDue);
        }

        if (_refused.Count > 0 && _fullSince is null)
        {
            due = Math.Min(due, _refusedDue);
        }

        // The timer's clock and the log's may differ by what the log's was held back from going back.
        ulong now = Milliseconds.Now(_time);
        _timer.Change(due > now ? TimeSpan.FromMilliseconds(Math.Min(due - now, LongestSleep)) : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
