namespace Sealway.Gateway;

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Runs the heating: sees every accepted reading, decides for its room, states each change. Deciding happens inside the
/// writer loop; switching, which may take its time, beside it. A stale reading drives nothing, and where there is no
/// young one the heating is off.
/// </summary>
public sealed class Thermostat : IReadingObserver, IDisposable
{
    private const string Celsius = "Cel";
    private const string TargetNote = "recorder/target/";

    private readonly ThermostatOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, RoomControl> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ActuatorLoop> _actuators = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _changes;

    /// <summary>A thermostat that is off everywhere.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock, for waiting.</param>
    /// <param name="logger">Where trouble with actuators goes.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public Thermostat(ThermostatOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        _time = time;
        _logger = logger;
        foreach (HeatedRoom room in options.Rooms)
        {
            _rooms.Add(room.Subject, new RoomControl(room));
            _actuators.Add(room.Subject, new ActuatorLoop(room, options.RetryAfter, time, logger));
        }
    }

    /// <summary>How each room stands. Any thread.</summary>
    public IReadOnlyList<RoomState> Rooms
    {
        get
        {
            lock (_lock)
            {
                return [.. _rooms.Select(room => new RoomState(room.Key, room.Value.IsOn, room.Value.Target, room.Value.Temperature, _actuators[room.Key].IsApplied))];
            }
        }
    }

    /// <summary>How often a heating was switched since the start.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Takes the targets that were set before the last stop.</summary>
    public async Task LoadAsync(ILogStore store, LogId log, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        foreach ((string subject, RoomControl room) in _rooms)
        {
            byte[]? note = await store.Note(log, NoteName(subject), cancellation).ConfigureAwait(false);
            if (note is not null
                && decimal.TryParse(Encoding.UTF8.GetString(note), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value)
                && Number.From(value) is { } target && HeatingLimits.Allows(target))
            {
                lock (_lock)
                {
                    room.Aim(target);
                }
            }
        }
    }

    /// <summary>Looks at the clock and switches until told to stop; then everything is off.</summary>
    public async Task RunAsync(IWriterQueue writer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Task[] actuators = [.. _actuators.Values.Select(actuator => actuator.RunAsync(stop))];
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(_options.CheckEvery, _time, stop).ConfigureAwait(false);
                await writer.RunAsync(Tick, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop, or the gateway has stopped.
        }
        finally
        {
            await Task.WhenAll(actuators).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Accepted(AcceptedReading reading, IWriterTurn turn)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(turn);
        if (!reading.Verdict.IsValid || reading.Verdict.Freshness == Freshness.Stale || !_rooms.TryGetValue(reading.Subject, out RoomControl? room))
        {
            return;
        }

        lock (_lock)
        {
            foreach (Measurement measurement in reading.Reading.Measurements)
            {
                double value = measurement.Value.ToDouble();
                if (measurement.Name == _options.Metric && measurement.Unit == Celsius && value is > HeatingLimits.LeastPlausible and < HeatingLimits.MostPlausible)
                {
                    // A sensor's clock cannot make a temperature younger than its arrival.
                    room.Measure(value, Math.Min(reading.At, measurement.MeasuredAt(reading.At)));
                }
            }

            Decide(reading.Subject, room, turn);
        }
    }

    /// <summary>Decides anew for every room: time passes also where nothing arrives.</summary>
    public void Tick(IWriterTurn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        lock (_lock)
        {
            foreach ((string subject, RoomControl room) in _rooms)
            {
                Decide(subject, room, turn);
            }
        }
    }

    /// <summary>Sets a room's target, as a member commands.</summary>
    /// <returns><see cref="Refusal.None"/>; <see cref="Refusal.NotAllowed"/>: not a heated room; <see cref="Refusal.Unsafe"/>: outside the limits.</returns>
    public Refusal SetTarget(string subject, Number target, IWriterTurn turn)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(turn);
        if (!_rooms.TryGetValue(subject, out RoomControl? room))
        {
            return Refusal.NotAllowed;
        }

        if (!HeatingLimits.Allows(target))
        {
            return Refusal.Unsafe;
        }

        lock (_lock)
        {
            room.Aim(target);
            Note note = new(NoteName(subject), Encoding.UTF8.GetBytes(target.ToString()));
            NotedState.Add(turn, new HeatingEvent(subject, room.IsOn, target), note);
            Decide(subject, room, turn);
        }

        return Refusal.None;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ActuatorLoop actuator in _actuators.Values)
        {
            actuator.Dispose();
        }
    }

    private void Decide(string subject, RoomControl room, IWriterTurn turn)
    {
        if (room.Decide(turn.Now))
        {
            Interlocked.Increment(ref _changes);
            turn.State(new HeatingEvent(subject, room.IsOn, room.Target));
            _actuators[subject].Want(room.IsOn);
            _logger.LogInformation("the heating of {Subject} is switched {On}", subject, room.IsOn ? "on" : "off");
        }
    }

    // A subject may be longer than a note's name.
    private static string NoteName(string subject) => TargetNote + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)).AsSpan(0, 16));
}
