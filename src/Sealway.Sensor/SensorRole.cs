namespace Sealway.Sensor;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Sensor.Numbers;
using Sealway.Sensor.Sending;

/// <summary>One or more sensors in one process: each signs, numbers and sends what it measures, and forgets nothing that the gateway has not stored.</summary>
public sealed class SensorRole : IAsyncDisposable
{
    private readonly List<Sender> _sensors = [];
    private readonly CancellationTokenSource _disposing = new();
    private Task _running = Task.CompletedTask;
    private bool _started;

    /// <summary>Opens each sensor's counter; nothing is connected or sent yet.</summary>
    /// <exception cref="CounterException">A counter is missing, damaged, or in use by another process.</exception>
    /// <exception cref="ArgumentException">An option is outside its range, or two sensors have one name.</exception>
    public SensorRole(IReadOnlyCollection<SensorOptions> sensors, TimeProvider? time = null, ILogger<SensorRole>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(sensors);
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (SensorOptions options in sensors)
        {
            options.Check();
            if (!names.Add(options.Name))
            {
                throw new ArgumentException($"two sensors have the name '{options.Name}'", nameof(sensors));
            }
        }

        try
        {
            foreach (SensorOptions options in sensors)
            {
                _sensors.Add(new Sender(options, time ?? TimeProvider.System, logger ?? NullLogger<SensorRole>.Instance));
            }
        }
        catch
        {
            _sensors.ForEach(sensor => sensor.Dispose());
            throw;
        }
    }

    /// <summary>How each sensor stands, in the order of the options.</summary>
    public IReadOnlyList<SensorHealth> Sensors => [.. _sensors.Select(sensor => sensor.Health)];

    /// <summary>Runs until all sources have ended and everything is stored, or until told to stop; then measuring ends and what was sent is waited for, as long as <see cref="SensorOptions.DrainTime"/>.</summary>
    /// <exception cref="CounterException">A sensor can no longer number its readings; the others were stopped too.</exception>
    public Task RunAsync(CancellationToken stop = default)
    {
        if (_started)
        {
            throw new InvalidOperationException("a role runs once");
        }

        _started = true;
        return _running = RunAllAsync(stop);
    }

    /// <summary>A snapshot for the health endpoint: the sums over all sensors, and the sensors.</summary>
    public IReadOnlyDictionary<string, object> Health()
    {
        IReadOnlyList<SensorHealth> sensors = Sensors;
        return new Dictionary<string, object>
        {
            ["connected"] = sensors.Count(sensor => sensor.Connected),
            ["sent"] = sensors.Sum(sensor => sensor.Sent),
            ["stored"] = sensors.Sum(sensor => sensor.Stored),
            ["refused"] = sensors.Sum(sensor => sensor.Refused),
            ["dropped"] = sensors.Sum(sensor => sensor.Dropped),
            ["waiting"] = sensors.Sum(sensor => sensor.Waiting),
            ["underWay"] = sensors.Sum(sensor => sensor.UnderWay),
            ["sensors"] = sensors,
        };
    }

    /// <summary>Stops as <see cref="RunAsync"/> does when told to, then frees the counters.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sensors.ForEach(sensor => sensor.Dispose());
        _disposing.Dispose();
    }

    private async Task RunAllAsync(CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop, _disposing.Token);
        Task[] tasks = [.. _sensors.Select(sensor => RunOneAsync(sensor, end))];
        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private static async Task RunOneAsync(Sender sensor, CancellationTokenSource end)
    {
        try
        {
            await sensor.RunAsync(end.Token).ConfigureAwait(false);
        }
        catch
        {
            await end.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
