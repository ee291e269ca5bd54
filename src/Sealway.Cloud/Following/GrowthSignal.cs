namespace Sealway.Cloud;

using System.Collections.Concurrent;

/// <summary>Wakes whoever waits for a log to grow. No signal is lost between asking for the size and waiting: take the wait first, then look.</summary>
internal sealed class GrowthSignal
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Completes at the next growth of a log, whatever its generation. For names of the fleet only: each stays in memory until its log grows.</summary>
    public Task Next(string name) => _waiting.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>The log has grown.</summary>
    public void Grew(string name)
    {
        if (_waiting.TryRemove(name, out TaskCompletionSource? waiting))
        {
            waiting.TrySetResult();
        }
    }
}
