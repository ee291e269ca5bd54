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
        private readonly List<SensorLink> _links = [];
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

        private async Task ServeAsync(AcceptedSocket accepted)
        {
            string remote = accepted.Remote;
            TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            SensorLink link;
            try
            {
                link = await LinkAsync(new NetworkStream(accepted.Socket, ownsSocket: true), accepted, ended.SetResult).ConfigureAwait(false);
            }
            catch (LinkException said)
            {
                LinkException e = accepted.Cause(said);
                _options.Logger.LogWarning("refused a sensor link from {Remote}: {Cause}", remote, e.Message);
                _options.Refused?.Invoke(e, remote);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await MakeRoomAsync(link).ConfigureAwait(false);
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
            lock (_links)
            {
                _links.Remove(link);
            }
        }

        /// <summary>A sensor that connects anew while its old link still seems to stand: the oldest ends.</summary>
        private async ValueTask MakeRoomAsync(SensorLink link)
        {
            SensorLink? oldest;
            lock (_links)
            {
                SensorLink[] own = [.. _links.Where(one => one.Peer is { } peer && peer.Kid == link.Peer?.Kid)];
                oldest = own.Length < LinkLimits.LinksOfOneSensor ? null : own[0];
                _links.Add(link);
                if (oldest is not null)
                {
                    _links.Remove(oldest);
                }
            }

            if (oldest is not null)
            {
                await oldest.RefuseAsync(new LinkException(LinkRefusal.TakenOver, $"newer links of {link.Peer} took the place of this one")).ConfigureAwait(false);
            }
        }

        private async Task<SensorLink> LinkAsync(NetworkStream stream, AcceptedSocket accepted, Action ended)
        {
            SensorLinkSettings settings = new() { Remote = accepted.Remote, IdleTime = _options.IdleTime, Time = _options.Time, Ended = ended };
            if (_policy is null)
            {
                if (accepted.Stand() is { } many)
                {
                    await stream.DisposeAsync().ConfigureAwait(false);
                    throw many;
                }

                return new SensorLink(stream, settings);
            }

            TlsConnection tls = await _policy.AcceptAsync(stream, Farewell.SensorAsync, [], _stop.Token).ConfigureAwait(false);
            if (accepted.Stand() is { } full)
            {
                await _policy.RefuseAsync(tls.Stream, full, Farewell.SensorAsync).ConfigureAwait(false);
                throw full;
            }

            return new SensorLink(tls.Stream, settings with { Peer = tls.Peer, Encrypted = true, ClosedAtOnce = e => _policy.RefusedByPeer(asServer: true, e) });
        }
    }
}
