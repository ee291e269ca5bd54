namespace Sealway.Gateway;

using Microsoft.Extensions.Logging;

/// <summary>Brings one room's actuator to what was decided last, again and again until it takes it; off when it ends.</summary>
internal sealed class ActuatorLoop(HeatedRoom room, TimeSpan retryAfter, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan _lastPatience = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _changed = new(1, 1);
    private volatile bool _wanted;
    private volatile bool _isApplied;

    /// <summary>Whether the actuator has done what it was told.</summary>
    public bool IsApplied => _isApplied;

    /// <summary>Says what is wanted; returns at once.</summary>
    public void Want(bool on)
    {
        _wanted = on;
        _isApplied = false;
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _changed.WaitAsync(_isApplied ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, stop).ConfigureAwait(false);
                if (!await TryAsync(_wanted, stop).ConfigureAwait(false))
                {
                    await Task.Delay(retryAfter, time, stop).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            using CancellationTokenSource late = new(_lastPatience);
            _wanted = false;
            await TryAsync(on: false, late.Token).ConfigureAwait(false);
        }
    }

    public void Dispose() => _changed.Dispose();

    private async Task<bool> TryAsync(bool on, CancellationToken cancellation)
    {
        try
        {
            await room.Actuator.SetAsync(on, cancellation).ConfigureAwait(false);
            _isApplied = on == _wanted;
            return true;
        }
        catch (IOException e)
        {
            logger.LogError("the heating of {Subject} could not be switched {On}: {Cause}", room.Subject, on ? "on" : "off", e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
