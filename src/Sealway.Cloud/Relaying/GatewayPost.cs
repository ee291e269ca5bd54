namespace Sealway.Cloud;

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Sends gateways what they did not ask for: that the registry grew, that a head was countersigned, command slots. To one
/// that is not connected nothing is sent: it asks when it is back, and apps repeat their commands. Nobody waits for it.
/// </summary>
internal sealed class GatewayPost : IAsyncDisposable
{
    /// <summary>How often at most a gateway is told of a countersignature on a head that is not the newest any more, as the busiest logs' never are when it arrives.</summary>
    private static readonly TimeSpan OlderHeadEvery = TimeSpan.FromSeconds(5);

    private readonly Func<string, ReadOnlyMemory<byte>, CancellationToken, ValueTask<bool>> _send;
    private readonly ILogStore _store;
    private readonly Func<News> _news;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, GatewayMail> _mail = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _olderSent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _carrying = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Begins without mail.</summary>
    /// <param name="send">Sends to a gateway; false where it is not connected.</param>
    /// <param name="store">Where the heads are.</param>
    /// <param name="news">The registry's news now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures go.</param>
    public GatewayPost(Func<string, ReadOnlyMemory<byte>, CancellationToken, ValueTask<bool>> send, ILogStore store, Func<News> news, TimeProvider time, ILogger logger)
    {
        _send = send;
        _store = store;
        _news = news;
        _time = time;
        _logger = logger;
    }

    /// <summary>The registry has grown: tells a gateway.</summary>
    public void Registry(string gateway) => Carry(gateway, Of(gateway).Registry());

    /// <summary>A head was countersigned: tells the log's gateway.</summary>
    public void Countersigned(LogId log, ulong size) => Carry(log.Name, Of(log.Name).Countersigned(log, size));

    /// <summary>Relays a command slot.</summary>
    public void Command(CommandSlot slot) => Carry(slot.Log.Name, Of(slot.Log.Name).Command(slot));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_carrying.Keys).ConfigureAwait(false);
        _stop.Dispose();
    }

    private GatewayMail Of(string gateway) => _mail.GetOrAdd(gateway, _ => new GatewayMail());

    private void Carry(string gateway, bool begin)
    {
        if (!begin || _stop.IsCancellationRequested)
        {
            return;
        }

        Task carrying = Task.Run(() => CarryAsync(gateway), CancellationToken.None);
        _carrying[carrying] = 0;
        carrying.ContinueWith(done => _carrying.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task CarryAsync(string gateway)
    {
        GatewayMail mail = Of(gateway);
        while (mail.TryTake(out bool registry, out (LogId Log, ulong Size)? countersigned, out CommandSlot[] commands))
        {
            try
            {
                foreach (CommandSlot slot in commands)
                {
                    await SendAsync(gateway, slot).ConfigureAwait(false);
                }

                if (registry)
                {
                    await SendAsync(gateway, _news()).ConfigureAwait(false);
                }

                if (countersigned is { } head)
                {
                    await SendHeldAsync(head.Log, head.Size).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // What is left is asked for again after the next start.
            }
            catch (IOException e)
            {
                _logger.LogError(e, "the countersignature for {Gateway} could not be read", gateway);
            }
        }
    }

    private async Task SendHeldAsync(LogId log, ulong size)
    {
        if (await _store.LatestHead(log, _stop.Token).ConfigureAwait(false) is not { } latest)
        {
            return;
        }

        if (latest.Size > size)
        {
            if (!MaySendOlder(log.Name) || await _store.HeadAt(log, size, _stop.Token).ConfigureAwait(false) is not { } older)
            {
                return;
            }

            await SendAsync(log.Name, Held(log, older)).ConfigureAwait(false);
        }

        // The newest last, so that the gateway goes on from what is really held.
        await SendAsync(log.Name, Held(log, latest)).ConfigureAwait(false);
    }

    private static Held Held(LogId log, SignedHead head) => new(log, head.Size, head.Head, head.Countersignatures);

    private bool MaySendOlder(string gateway)
    {
        long now = _time.GetTimestamp();
        if (_olderSent.TryGetValue(gateway, out long last) && _time.GetElapsedTime(last, now) < OlderHeadEvery)
        {
            return false;
        }

        _olderSent[gateway] = now;
        return true;
    }

    private async Task SendAsync(string gateway, FollowMessage message) => await _send(gateway, message.ToArray(), _stop.Token).ConfigureAwait(false);
}
