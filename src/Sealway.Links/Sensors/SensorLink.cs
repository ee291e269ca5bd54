namespace Sealway.Links;

using System.IO.Pipelines;

/// <summary>Frames over any stream: one receive buffer for each link, one pump that writes what has gathered; nothing is allocated for a message.</summary>
internal sealed class SensorLink : ISensorLink
{
    private readonly Stream _stream;
    private readonly SensorLinkSettings _settings;
    private readonly byte[] _received = new byte[LinkLimits.SensorReceiveBytes];
    private readonly Pipe _outgoing = new(new PipeOptions(pauseWriterThreshold: LinkLimits.SensorSendBytes, resumeWriterThreshold: LinkLimits.SensorSendBytes / 2, useSynchronizationContext: false));
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationToken _ended;
    private readonly ITimer _idle;
    private readonly ITimer _stalled;
    private readonly Task _pump;
    private LinkException? _cause;
    private int _start;
    private int _filled;
    private bool _heard;
    private int _receiving;
    private int _disposed;

    internal SensorLink(Stream stream, SensorLinkSettings settings)
    {
        _stream = stream;
        _settings = settings;
        _ended = _end.Token;
        _idle = Timer(LinkRefusal.Idle, "no whole frame came for too long");
        _stalled = Timer(LinkRefusal.TooSlow, "the peer does not take what is sent to it");
        _pump = PumpAsync();
    }

    public PeerIdentity? Peer => _settings.Peer;

    public bool Encrypted => _settings.Encrypted;

    public string Remote => _settings.Remote;

    /// <summary>Cancelled when the link has ended.</summary>
    internal CancellationToken Ended => _ended;

    public async ValueTask<bool> ReceiveAsync(IList<ReadOnlyMemory<byte>> messages, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        messages.Clear();
        if (Interlocked.Exchange(ref _receiving, 1) != 0)
        {
            throw new InvalidOperationException("one receive at a time");
        }

        try
        {
            ThrowIfEnded();

            // Armed for the whole wait and not for each read: bytes that trickle in without ever making a frame do not count as life.
            _idle.Change(_settings.IdleTime, Timeout.InfiniteTimeSpan);
            using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static link => ((SensorLink)link!).End(LinkRefusal.ClosedHere, "the wait for a message was called off"), this);
            Compact();
            while (!TakeFrames(messages))
            {
                int read = await _stream.ReadAsync(_received.AsMemory(_filled), _ended).ConfigureAwait(false);
                if (read == 0)
                {
                    return AtEndOfStream();
                }

                _heard = true;
                _filled += read;
                ThrowIfEnded();
            }

            return true;
        }
        catch (Exception e) when (e is LinkException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            messages.Clear();
            throw End(e);
        }
        finally
        {
            Rest(_idle);
            Volatile.Write(ref _receiving, 0);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation = default)
    {
        if (!SensorFrame.Fits(message.Length))
        {
            throw new LinkException(LinkRefusal.WrongLength, $"a message of {message.Length} bytes; 1 to {LinkLimits.SensorMessageBytes} are allowed");
        }

        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ThrowIfEnded();
            _outgoing.Writer.Advance(SensorFrame.Write(message.Span, _outgoing.Writer.GetSpan(SensorFrame.Header + message.Length)));
            FlushResult flushed = await _outgoing.Writer.FlushAsync(cancellation).ConfigureAwait(false);
            if (flushed.IsCompleted)
            {
                throw End(LinkRefusal.Closed, "the link has ended");
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    public async ValueTask RefuseAsync(LinkException cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        if (Interlocked.CompareExchange(ref _cause, cause, null) is not null)
        {
            return;
        }

        // The pump is not stopped: it has the last word to write, after what waits before it, for as long as there is time.
        using CancellationTokenSource late = new(LinkLimits.FarewellTime, _settings.Time);
        try
        {
            await _sending.WaitAsync(late.Token).ConfigureAwait(false);
            try
            {
                await _outgoing.Writer.WriteAsync(SensorFrame.Farewell(Farewell.Words(cause)), late.Token).ConfigureAwait(false);
                await _outgoing.Writer.CompleteAsync().ConfigureAwait(false);
                await _pump.WaitAsync(late.Token).ConfigureAwait(false);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            // It does not listen; or the link was disposed at this moment.
        }

        Stop();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // What was taken for sending still goes out; a peer that does not take it is given up by the pump's own time limit.
        await _sending.WaitAsync().ConfigureAwait(false);
        if (_cause is null)
        {
            await _outgoing.Writer.CompleteAsync().ConfigureAwait(false);
        }

        await _pump.ConfigureAwait(false);
        End(LinkRefusal.ClosedHere, "the link was closed here");
        _sending.Release();
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _idle.DisposeAsync().ConfigureAwait(false);
        await _stalled.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
        _settings.Ended?.Invoke();
    }

    private static void Rest(ITimer timer) => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private async Task PumpAsync()
    {
        // The constructor returns before anything is written.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                ReadResult gathered = await _outgoing.Reader.ReadAsync(_ended).ConfigureAwait(false);
                _stalled.Change(LinkLimits.SendTime, Timeout.InfiniteTimeSpan);
                foreach (ReadOnlyMemory<byte> part in gathered.Buffer)
                {
                    await _stream.WriteAsync(part, _ended).ConfigureAwait(false);
                }

                Rest(_stalled);
                _outgoing.Reader.AdvanceTo(gathered.Buffer.End);
                if (gathered.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            End(e);
        }
        finally
        {
            await _outgoing.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private ITimer Timer(LinkRefusal reason, string text) => _settings.Time.CreateTimer(_ => End(reason, text), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>What the previous call gave is no longer held: the rest moves to the front, so that the largest frame always has room.</summary>
    private void Compact()
    {
        _received.AsSpan(_start.._filled).CopyTo(_received);
        _filled -= _start;
        _start = 0;
    }

    private bool TakeFrames(IList<ReadOnlyMemory<byte>> messages)
    {
        try
        {
            if (SensorFrame.IsFarewell(_received.AsSpan(_start.._filled), out string? said))
            {
                // The rest of it may still be on the way.
                return said is null ? false : throw LinkException.FromPeer(said, LinkRefusal.RefusedByPeer, "the peer refused this side and");
            }

            while (!SensorFrame.IsFarewell(_received.AsSpan(_start.._filled), out _) && SensorFrame.Length(_received.AsSpan(_start.._filled)) is > 0 and int length && length <= _filled - _start)
            {
                messages.Add(_received.AsMemory(_start + SensorFrame.Header, length - SensorFrame.Header));
                _start += length;
            }
        }
        catch (LinkException) when (messages.Count > 0)
        {
            // What came whole before it still counts; the next call meets the wrong frame again.
        }

        return messages.Count > 0;
    }

    private bool AtEndOfStream()
    {
        if (!_heard && _settings.ClosedAtOnce is { } closedAtOnce)
        {
            throw closedAtOnce(null);
        }

        if (_filled > _start)
        {
            throw new LinkException(LinkRefusal.Closed, "the link ended inside a frame");
        }

        End(LinkRefusal.Closed, "the peer closed the link");
        return false;
    }

    private void ThrowIfEnded()
    {
        if (_cause is not null)
        {
            throw Again(_cause);
        }
    }

    /// <summary>Ends the link here, for a named reason.</summary>
    internal LinkException End(LinkRefusal reason, string text) => End(new LinkException(reason, text));

    /// <summary>Keeps the first cause and stops everything under way. Whatever is thrown later is that first cause.</summary>
    private LinkException End(Exception cause)
    {
        LinkException named = cause as LinkException
            ?? (!_heard && cause is IOException && _settings.ClosedAtOnce is { } closedAtOnce ? closedAtOnce(cause) : new LinkException(LinkRefusal.Closed, "the link broke", cause));
        if (Interlocked.CompareExchange(ref _cause, named, null) is { } earlier)
        {
            return Again(earlier);
        }

        Stop();
        return named;
    }

    private void Stop()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Disposed at the same moment: everything has stopped already.
        }
    }

    /// <summary>An exception of its own for each throw, so that its stack says where the link was used after its end.</summary>
    private static LinkException Again(LinkException cause) => new(cause.Reason, cause.Text, cause);
}
