namespace Sealway.Links;

using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using MQTTnet.Adapter;
using MQTTnet.Server;
using Sealway.Messages;

/// <summary>
/// The MQTT 5 broker inside the cloud. A gateway is who its certificate says: its client id is its name, it publishes to <c>sealway/NAME/up</c> and subscribes
/// to <c>sealway/NAME/down</c>, QoS 1, nothing else; no retained messages, wills or lasting sessions. A PUBACK says nothing about storage.
/// </summary>
public sealed class Broker : IAsyncDisposable
{
    private const string SessionKey = "sealway";

    private readonly BrokerOptions _options;
    private readonly BrokerAdapter _adapter;
    private readonly MqttServer _server;
    private readonly ConcurrentDictionary<BrokerSession, Task> _sessions = new();
    private readonly ConcurrentDictionary<string, BrokerSession> _standing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _deliveries = new(StringComparer.Ordinal);
    private SocketListener? _listener;
    private bool _stopping;

    /// <summary>Does not listen yet.</summary>
    public Broker(BrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _adapter = new BrokerAdapter(ServeAsync);
        MqttServerOptions library = new()
        {
            DefaultCommunicationTimeout = LinkLimits.HandshakeTime,
            EnablePersistentSessions = false,
            MaxPendingMessagesPerClient = LinkLimits.MessagesUnderWay,
            PendingMessagesOverflowStrategy = MqttPendingMessagesOverflowStrategy.DropNewMessage,
        };
        _server = new MqttServerFactory().CreateMqttServer(library, [_adapter]);
        _server.ValidatingConnectionAsync += connection =>
        {
            connection.SessionItems[SessionKey] = (BrokerSession)connection.ChannelAdapter;
            return Task.CompletedTask;
        };
        _server.InterceptingPublishAsync += async publish =>
        {
            // To the handler and to nobody else: no gateway ever receives another's message.
            publish.ProcessPublish = false;
            await Session(publish.SessionItems).DeliverAsync(publish.ApplicationMessage).ConfigureAwait(false);
        };
        _server.ClientSubscribedTopicAsync += StandsAsync;
        _server.ClientAcknowledgedPublishPacketAsync += acknowledged =>
        {
            Session(acknowledged.SessionItems).Acknowledged();
            return Task.CompletedTask;
        };
    }

    /// <summary>Where it listens, once started.</summary>
    public HostPort Address => HostPort.Parse(_listener!.LocalEndPoint.ToString()!);

    /// <summary>The gateways that are connected now and can be sent to.</summary>
    public IReadOnlyList<ConnectedGateway> Connected => [.. _standing.Values.Select(s => new ConnectedGateway(s.Peer, s.Remote, s.Since))];

    /// <summary>Begins to listen.</summary>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Unreachable"/>: the address cannot be listened on.</exception>
    public async Task StartAsync()
    {
        await _server.StartAsync().ConfigureAwait(false);
        _listener = new SocketListener(SocketListener.Bind(_options.Address), _options.Gateways, _adapter.ServeAsync, _options.Logger);
    }

    /// <summary>Queues a message to a gateway. Waits while <see cref="LinkLimits.MessagesUnderWay"/> earlier ones are not yet acknowledged.</summary>
    /// <param name="gateway">Its name.</param>
    /// <param name="payload">1 to <see cref="LinkLimits.FollowBytes"/> bytes; must not change any more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when it is not connected or does not acknowledge: it will ask again when it is back.</returns>
    /// <exception cref="LinkException"><see cref="LinkRefusal.WrongLength"/>.</exception>
    public async ValueTask<bool> SendAsync(string gateway, ReadOnlyMemory<byte> payload, CancellationToken cancellation = default)
    {
        if (payload.Length is 0 or > LinkLimits.FollowBytes)
        {
            throw new LinkException(LinkRefusal.WrongLength, $"a message of {payload.Length} bytes; 1 to {LinkLimits.FollowBytes} are allowed");
        }

        return _standing.TryGetValue(gateway, out BrokerSession? session)
            && await session.SendAsync(payload, _options.Policy.Time, cancellation).ConfigureAwait(false);
    }

    /// <summary>Drops every live connection of a key, such as one just revoked. Nothing more of it is delivered from the moment of the call.</summary>
    /// <returns>How many were dropped.</returns>
    public async Task<int> DropAsync(Kid kid, LinkRefusal reason = LinkRefusal.Revoked)
    {
        BrokerSession[] sessions = [.. _sessions.Keys.Where(s => s.Peer.Kid == kid)];
        await Task.WhenAll(sessions.Select(s => s.DropAsync(new LinkException(reason, $"{s.Peer} was dropped")))).ConfigureAwait(false);
        return sessions.Length;
    }

    /// <summary>Asks the policy's check about every live connection again, and drops those that it now refuses: to be called when the registry has moved.</summary>
    public Task RecheckAsync() => Task.WhenAll(_sessions.Keys
        .Select(session => (session, refusal: _options.Policy.Recheck(session.Peer)))
        .Where(found => found.refusal is not null)
        .Select(found => found.session.DropAsync(new LinkException(found.refusal!.Value.Reason, found.refusal.Value.Text))));

    /// <summary>Stops listening and ends every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        if (_listener is not null)
        {
            await _listener.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(_sessions.Keys.Select(s => s.DropAsync(new LinkException(LinkRefusal.ClosedHere, "the cloud is stopping")))).ConfigureAwait(false);
        await Task.WhenAll(_sessions.Values).ConfigureAwait(false);
        await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        _server.Dispose();
    }

    private static BrokerSession Session(System.Collections.IDictionary items) => (BrokerSession)items[SessionKey]!;

    private async Task ServeAsync(AcceptedSocket accepted, Func<IMqttChannelAdapter, Task> handler)
    {
        string remote = accepted.Remote;
        TlsConnection tls;
        try
        {
            tls = await _options.Policy.AcceptAsync(new NetworkStream(accepted.Socket, ownsSocket: true), Farewell.ConnAckAsync, [], CancellationToken.None).ConfigureAwait(false);
            if (accepted.Stand() is { } full)
            {
                await _options.Policy.RefuseAsync(tls.Stream, full, Farewell.ConnAckAsync).ConfigureAwait(false);
                throw full;
            }
        }
        catch (LinkException e)
        {
            Refused(accepted.Cause(e), remote);
            return;
        }

        await MakeRoomAsync(tls.Peer).ConfigureAwait(false);
        using BrokerSession session = new(new MqttStreamChannel(tls, _options.Policy), tls.Peer, remote, _options.Policy.Time.GetUtcNow());
        TaskCompletionSource served = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[session] = served.Task;
        Task delivery = Task.CompletedTask;
        try
        {
            // A revocation between the handshake and the line above would have dropped everything but this.
            if (_options.Policy.Recheck(session.Peer) is { } refusal)
            {
                session.Channel.Abort(new LinkException(refusal.Reason, refusal.Text));
            }
            else if (!_stopping)
            {
                delivery = Deliver(session);
                await handler(session).ConfigureAwait(false);
            }
        }
        finally
        {
            session.Stop();
            Ended(session);
            await delivery.ConfigureAwait(false);
            _sessions.TryRemove(session, out _);
            served.SetResult();
        }
    }

    /// <summary>A party that connects again and again without ever becoming a gateway of the library's counts too: its oldest connection ends.</summary>
    private Task MakeRoomAsync(PeerIdentity peer)
    {
        BrokerSession[] own = [.. _sessions.Keys.Where(session => session.Peer.Kid == peer.Kid).OrderBy(session => session.Number)];
        return own.Length < LinkLimits.ConnectionsOfOneGateway
            ? Task.CompletedTask
            : own[0].DropAsync(new LinkException(LinkRefusal.TakenOver, $"newer connections of {peer} took the place of this one"));
    }

    private void Ended(BrokerSession session)
    {
        LinkException cause = session.Channel.Poison(new LinkException(LinkRefusal.Closed, "the gateway closed the connection"));
        if (_standing.TryRemove(KeyValuePair.Create(session.Peer.Name, session)))
        {
            _options.Logger.LogInformation("{Gateway} at {Remote} is gone: {Cause}", session.Peer, session.Remote, cause.Message);
            _options.Disconnected?.Invoke(session.Peer, cause);
        }

        if (cause.Reason is not (LinkRefusal.Closed or LinkRefusal.ClosedHere))
        {
            Refused(cause, session.Remote);
        }
    }

    private void Refused(LinkException cause, string remote)
    {
        _options.Logger.LogWarning("refused {Remote}: {Cause}", remote, cause.Message);
        _options.Refused?.Invoke(cause, remote);
    }

    private async Task StandsAsync(ClientSubscribedTopicEventArgs subscribed)
    {
        BrokerSession session = Session(subscribed.SessionItems);
        MqttSessionStatus library = await _server.GetSessionAsync(subscribed.ClientId).ConfigureAwait(false);
        if (!ReferenceEquals(Session(library.Items), session) || session.Standing)
        {
            return;
        }

        session.Stands(library);
        _standing[session.Peer.Name] = session;
        if (session.Ended.IsCancellationRequested)
        {
            _standing.TryRemove(KeyValuePair.Create(session.Peer.Name, session));
            return;
        }

        _options.Logger.LogInformation("{Gateway} connected from {Remote}", session.Peer, session.Remote);
        _options.Connected?.Invoke(session.Peer);
    }

    /// <summary>One gateway's messages go to the handler one after the other: a new connection's wait until the old one's handler has returned.</summary>
    private Task Deliver(BrokerSession session)
    {
        lock (_deliveries)
        {
            Task earlier = _deliveries.GetValueOrDefault(session.Peer.Name, Task.CompletedTask);
            Task delivery = DeliverAsync(session, earlier);
            _deliveries[session.Peer.Name] = delivery;
            return delivery;
        }
    }

    private async Task DeliverAsync(BrokerSession session, Task earlier)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await foreach (ReadOnlyMemory<byte> payload in session.Inbox.ReadAllAsync(session.Ended).ConfigureAwait(false))
            {
                await _options.Message(session.Peer, payload, session.Ended).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (session.Ended.IsCancellationRequested)
        {
            // What waits unread was never acknowledged as stored; the gateway sends it again.
        }
#pragma warning disable CA1031 // What the handler cannot take must not be followed by what came after it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _options.Logger.LogError(e, "a message of {Gateway} could not be handled", session.Peer);
            await session.DropAsync(new LinkException(LinkRefusal.Failed, "the cloud could not handle a message")).ConfigureAwait(false);
        }
    }
}
