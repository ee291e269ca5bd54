namespace Sealway.Links;

using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

/// <summary>The two ways in which sensors connect by a stream: TLS over TCP, and a Unix socket.</summary>
public static class SensorListener
{
    /// <summary>Listens for sensors over TLS 1.3, certificates on both sides.</summary>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Unreachable"/>: the address cannot be listened on.</exception>
    public static ISensorListener Tls(HostPort address, TlsPolicy policy, SensorListenerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new StreamSensorListener(SocketListener.Bind(address), policy, null, options ?? new SensorListenerOptions());
    }

    /// <summary>
    /// Listens for sensors on a Unix socket: plaintext, for processes of this machine that may open the file (mode 0600, so of this user). An explicit choice,
    /// shown in the threat report; readings stay signed.
    /// </summary>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Unreachable"/>: something else is at the path, or listens there.</exception>
    public static ISensorListener PlaintextUnix(string path, SensorListenerOptions? options = null) =>
        new StreamSensorListener(UnixPath.Bind(path), null, path, options ?? new SensorListenerOptions());

    private sealed class StreamSensorListener : ISensorListener
    {
        private readonly SocketListener _listener;
        private readonly TlsPolicy? _policy;
        private readonly string? _path;
        private readonly SensorListenerOptions _options;
        private readonly CancellationTokenSource _stop = new();
        private readonly Channel<ISensorLink> _accepted = Channel.CreateBounded<ISensorLink>(LinkLimits.LinksWaiting);

        internal StreamSensorListener(Socket socket, TlsPolicy? policy, string? path, SensorListenerOptions options)
        {
            _policy = policy;
            _path = path;
            _options = options;
            _listener = new SocketListener(socket, options.Links, ServeAsync, options.Logger);
            Address = path ?? _listener.LocalEndPoint.ToString()!;
        }

        public string Address { get; }

        public async ValueTask<ISensorLink> AcceptAsync(CancellationToken cancellation = default)
        {
            try
            {
                return await _accepted.Reader.ReadAsync(cancellation).ConfigureAwait(false);
            }
            catch (ChannelClosedException e)
            {
                throw new LinkException(LinkRefusal.ClosedHere, "the listener was closed", e);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _listener.DisposeAsync().ConfigureAwait(false);
            _accepted.Writer.TryComplete();
            while (_accepted.Reader.TryRead(out ISensorLink? link))
            {
                await link.DisposeAsync().ConfigureAwait(false);
            }

            if (_path is not null)
            {
                File.Delete(_path);
            }
        }

        private async Task ServeAsync(Socket socket, string remote, Action standing)
        {
            TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            ISensorLink link;
            try
            {
                link = await LinkAsync(new NetworkStream(socket, ownsSocket: true), remote, ended.SetResult).ConfigureAwait(false);
            }
            catch (LinkException e)
            {
                _options.Logger.LogWarning("refused a sensor link from {Remote}: {Cause}", remote, e.Message);
                _options.Refused?.Invoke(e, remote);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            standing();
            try
            {
                await _accepted.Writer.WriteAsync(link, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
            {
                await link.DisposeAsync().ConfigureAwait(false);
            }

            // The link belongs to whoever accepted it; it counts until they dispose it.
            await ended.Task.ConfigureAwait(false);
        }

        private async Task<ISensorLink> LinkAsync(NetworkStream stream, string remote, Action ended)
        {
            SensorLinkSettings settings = new() { Remote = remote, IdleTime = _options.IdleTime, Time = _options.Time, Ended = ended };
            if (_policy is null)
            {
                return new SensorLink(stream, settings);
            }

            TlsConnection tls = await _policy.AcceptAsync(stream, _stop.Token).ConfigureAwait(false);
            return new SensorLink(tls.Stream, settings with { Peer = tls.Peer, Encrypted = true, ClosedAtOnce = e => _policy.RefusedByPeer(asServer: true, e) });
        }
    }
}
