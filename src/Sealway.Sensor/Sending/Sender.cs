namespace Sealway.Sensor.Sending;

using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Sealway.Links;
using Sealway.Messages;
using Sealway.Sensor.Ledgers;
using Sealway.Sensor.Numbers;
using Sealway.Sensor.Sampling;

/// <summary>Runs one sensor: takes its samples, keeps its link, and at the end waits until everything sent is stored. Three loops, whatever the number of readings.</summary>
internal sealed class Sender : IDisposable
{
    private readonly SensorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SensorCounter _counter;
    private readonly SensorLedger? _ledger;
    private readonly Outbox _outbox;
    private long _connections;
    private volatile bool _connected;

    /// <exception cref="CounterException">The counter is missing, damaged, or in use.</exception>
    /// <exception cref="LedgerException">The ledger is damaged, or in use.</exception>
    public Sender(SensorOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _counter = SensorCounter.Open(options.CounterFile);
        try
        {
            _ledger = options.LedgerFile is { } file ? SensorLedger.Open(file) : null;
        }
        catch
        {
            _counter.Dispose();
            throw;
        }

        _outbox = new Outbox(options, _counter, time, _ledger);
    }

    public SensorHealth Health => _outbox.Health(_connected, Interlocked.Read(ref _connections));

    /// <summary>Until the source ends or the sensor is told to stop, and then until everything sent is stored or the time for it is over.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenSource hangUp = new();
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task link = KeepLinkAsync(hangUp.Token);
        Task samples = TakeSamplesAsync(enough.Token);
        try
        {
            if (await Task.WhenAny(link, samples).ConfigureAwait(false) == samples)
            {
                await samples.ConfigureAwait(false);
                await DrainAsync(link, stop).ConfigureAwait(false);
            }
        }
        finally
        {
            await enough.CancelAsync().ConfigureAwait(false);
            await hangUp.CancelAsync().ConfigureAwait(false);
            await samples.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // The link's loop ends by itself only when the sensor can no longer sign.
            await link.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _counter.Dispose();
        _ledger?.Dispose();
    }

    private async Task TakeSamplesAsync(CancellationToken stop)
    {
        try
        {
            await foreach (Sample sample in _options.Source(stop).WithCancellation(stop).ConfigureAwait(false))
            {
                _outbox.Add(sample);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop measuring; what was measured is still sent.
        }
    }

    private async Task DrainAsync(Task link, CancellationToken stop)
    {
        Task done = Task.WhenAny(_outbox.WhenEmpty(), link);
        try
        {
            await done.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            try
            {
                await done.WaitAsync(_options.DrainTime, _time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                SensorHealth health = Health;
                _logger.LogWarning("Sensor {Sensor} stops with {Waiting} readings unsigned and {UnderWay} not stored", _options.Name, health.Waiting, health.UnderWay);
            }
        }
    }

    private async Task KeepLinkAsync(CancellationToken hangUp)
    {
        Backoff backoff = new(_options.FirstBackoff, _options.LongestBackoff);
        while (!hangUp.IsCancellationRequested)
        {
            long? linked = null;
            try
            {
                ISensorLink link = await _options.Connect(hangUp).ConfigureAwait(false);
                await using (link.ConfigureAwait(false))
                {
                    Interlocked.Increment(ref _connections);
                    _connected = true;
                    _logger.LogInformation("Sensor {Sensor} is linked to {Remote} ({Encryption})", _options.Name, link.Remote, link.Encrypted ? "encrypted" : "plaintext");
                    linked = _time.GetTimestamp();
                    await UseAsync(link, hangUp).ConfigureAwait(false);
                }

                _logger.LogInformation("The gateway closed the link of sensor {Sensor}", _options.Name);
            }
            catch (OperationCanceledException) when (hangUp.IsCancellationRequested)
            {
                return;
            }
            catch (LinkException e) when (e.Reason == LinkRefusal.Renewed)
            {
                // Nothing is wrong: there is nobody to spare by waiting.
                _logger.LogInformation("Sensor {Sensor} connects anew: {Reason}", _options.Name, e.Text);
                continue;
            }
            catch (Exception e) when (e is LinkException or MessageException or IOException)
            {
                _logger.LogWarning("Sensor {Sensor} has no link: {Reason}", _options.Name, e.Message);
            }
            finally
            {
                _connected = false;
            }

            if (linked is { } since && _time.GetElapsedTime(since) >= LinkLimits.SteadyTime)
            {
                backoff.Reset();
            }

            try
            {
                await Task.Delay(backoff.Next(), _time, hangUp).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Sends and receives until either ends, then ends the other, and throws what ended the first.</summary>
    private async Task UseAsync(ISensorLink link, CancellationToken hangUp)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(hangUp);
        TaskCompletionSource challenged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task receiving = ReceiveAsync(link, challenged, over.Token);
        Task sending = SendAsync(link, challenged.Task, over.Token);
        Task first = await Task.WhenAny(receiving, sending).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        Task second = first == receiving ? sending : receiving;
        await second.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if ((Inability(sending) ?? Inability(receiving)) is { } unable)
        {
            // Whatever became of the link: without numbers, or without its ledger, the sensor is at its end.
            ExceptionDispatchInfo.Throw(unable);
        }

        await first.ConfigureAwait(false);
    }

    private static Exception? Inability(Task task) => task.Exception?.InnerException is { } unable and (CounterException or LedgerException) ? unable : null;

    private async Task ReceiveAsync(ISensorLink link, TaskCompletionSource challenged, CancellationToken over)
    {
        List<ReadOnlyMemory<byte>> messages = [];
        HashSet<Refusal> told = [];
        while (await link.ReceiveAsync(messages, over).ConfigureAwait(false))
        {
            foreach (ReadOnlyMemory<byte> bytes in messages)
            {
                SensorLinkMessage message = SensorLinkMessage.FromUntrusted(bytes);
                _outbox.Handle(message);
                switch (message)
                {
                    case SensorChallenge:
                        challenged.TrySetResult();
                        break;
                    case RefusedReading refused when told.Add(refused.Reason):
                        // Once a link for each reason: a gateway that refuses everything must not fill the log.
                        _logger.LogWarning("The gateway refuses readings of sensor {Sensor}: {Reason}", _options.Name, refused.Reason);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    private async Task SendAsync(ISensorLink link, Task challenged, CancellationToken over)
    {
        foreach (ReadOnlyMemory<byte> bytes in _outbox.NotStored())
        {
            await link.SendAsync(bytes, over).ConfigureAwait(false);
        }

        try
        {
            // The gateway challenges at once; a reading signed before would be of unproven age.
            await challenged.WaitAsync(_options.ChallengeTime, _time, over).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _logger.LogInformation("The gateway of sensor {Sensor} sent no challenge yet; readings are sent without an answer", _options.Name);
        }

        while (true)
        {
            while (_outbox.TrySign(out ReadOnlyMemory<byte> bytes))
            {
                await link.SendAsync(bytes, over).ConfigureAwait(false);
            }

            await _outbox.Changed(over).ConfigureAwait(false);
        }
    }
}
