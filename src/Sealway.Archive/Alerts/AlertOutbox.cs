namespace Sealway.Archive;

using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;

/// <summary>
/// Alerts on their way: each a file until it is delivered, so that none is lost to a crash or to a channel that is down;
/// delivered one after the other in the order in which they arose. Safe for use by several threads.
/// </summary>
internal sealed class AlertOutbox : IDisposable
{
    /// <summary>How many may wait. Beyond it new ones are only logged and counted: whoever makes alarms must not fill the disk.</summary>
    public const int Most = 10_000;

    private const string Extension = ".json";

    private readonly string _folder;
    private readonly IAlertChannel? _channel;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _news = new(0, 1);
    private ImmutableSortedSet<ulong> _waiting;
    private ulong _next;
    private long _delivered;
    private long _dropped;
    private volatile bool _isFailing;

    /// <summary>Goes on with what is on disk.</summary>
    /// <param name="folder">Its folder; made where it is missing.</param>
    /// <param name="channel">The channel, owned; null: nothing is kept or delivered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where troubles are logged.</param>
    public AlertOutbox(string folder, IAlertChannel? channel, TimeProvider time, ILogger logger)
    {
        _folder = folder;
        _channel = channel;
        _time = time;
        _logger = logger;
        new DurableFiles(folder).CreateFolder(folder);
        _waiting = [.. Directory.EnumerateFiles(folder, "*" + Extension)
            .Select(file => ulong.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : (ulong?)null)
            .OfType<ulong>()];
        _next = _waiting.IsEmpty ? 0 : _waiting.Max + 1;
    }

    /// <summary>How many wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>How many were delivered since the start.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>How many were only logged because too many wait.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Whether the last attempt failed.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>Takes alerts; when it returns they are on disk.</summary>
    /// <exception cref="IOException">They could not be stored.</exception>
    public void Put(IReadOnlyList<Alert> alerts)
    {
        if (_channel is null || alerts.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            DurableFiles files = new(_folder);
            foreach (Alert alert in alerts)
            {
                if (_waiting.Count >= Most)
                {
                    Interlocked.Increment(ref _dropped);
                    continue;
                }

                files.Replace(Name(_next), alert.ToJson());
                _waiting = _waiting.Add(_next++);
            }

            files.Flush();
        }

        Wake();
    }

    /// <summary>Delivers until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (_channel is null)
        {
            return;
        }

        Backoff backoff = new();
        while (true)
        {
            // Between two deliveries too, so that it always ends alike.
            stop.ThrowIfCancellationRequested();
            if (_waiting.IsEmpty)
            {
                await _news.WaitAsync(stop).ConfigureAwait(false);
                continue;
            }

            ulong first = _waiting.Min;
            try
            {
                await _channel.DeliverAsync(await File.ReadAllBytesAsync(Path.Combine(_folder, Name(first)), stop).ConfigureAwait(false), stop).ConfigureAwait(false);
                Forget(first);
                backoff.Reset();
                _isFailing = false;
            }
            catch (Exception trouble) when (trouble is AlertNotDeliveredException or IOException or UnauthorizedAccessException)
            {
                // The same one again: the order is kept.
                TimeSpan wait = backoff.Next();
                _isFailing = true;
                _logger.LogWarning("alert {Number} is not delivered: {Reason}; {Waiting} wait, again in {Seconds} s", first, trouble.Message, _waiting.Count, Math.Round(wait.TotalSeconds, 1));
                await Task.Delay(wait, _time, stop).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        _channel?.Dispose();
        _news.Dispose();
    }

    private static string Name(ulong number) => string.Create(CultureInfo.InvariantCulture, $"{number:D12}{Extension}");

    private void Forget(ulong number)
    {
        // Should the removal be lost to a crash, it is delivered once more, under the same id.
        File.Delete(Path.Combine(_folder, Name(number)));
        lock (_lock)
        {
            _waiting = _waiting.Remove(number);
        }

        Interlocked.Increment(ref _delivered);
    }

    private void Wake()
    {
        try
        {
            _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }
}
