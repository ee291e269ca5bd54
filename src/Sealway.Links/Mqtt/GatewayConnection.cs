namespace Sealway.Links;

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Sealway.Messages;

/// <summary>
/// The gateway's MQTT 5 connection to the cloud: publishes to <c>sealway/NAME/up</c>, receives <c>sealway/NAME/down</c>, QoS 1, clean start. It connects by
/// itself, again and again with jittered back-off, for as long as <see cref="RunAsync"/> runs.
/// </summary>
public sealed class GatewayConnection : IDisposable
{
    private static readonly TimeSpan _goodbyeTime = TimeSpan.FromSeconds(2);

    private readonly GatewayConnectionOptions _options;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _underWay = new(LinkLimits.MessagesUnderWay, LinkLimits.MessagesUnderWay);
    private volatile Link? _link;

    /// <summary>Does not connect yet.</summary>
    public GatewayConnection(GatewayConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _name = options.Policy.Self.Name;
        _time = options.Policy.Time;
    }

    /// <summary>Whether a message can be sent now.</summary>
    public bool IsConnected => _link is not null;

    /// <summary>The cloud that it is connected to now.</summary>
    public PeerIdentity? Cloud => _link?.Channel.Peer;

    /// <summary>Connects and stays connected until cancelled. Once at a time.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is closed.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Backoff backoff = new(_options.LongestBackoff);
        while (true)
        {
            long start = _time.GetTimestamp();
            LinkException cause = await OnceAsync(cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (cause.Reason == LinkRefusal.Renewed)
            {
                _options.Logger.LogInformation("connecting to the cloud at {Cloud} anew: {Cause}", _options.Cloud, cause.Text);
                _options.Disconnected?.Invoke(cause);
                continue;
            }

            if (_time.GetElapsedTime(start) >= LinkLimits.SteadyTime)
            {
                backoff.Reset();
            }

            TimeSpan wait = backoff.Next();
            _options.Logger.LogWarning("not connected to the cloud at {Cloud}: {Cause}; next attempt in {Seconds:0.0} s", _options.Cloud, cause.Message, wait.TotalSeconds);
            _options.Disconnected?.Invoke(cause);
            await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Publishes a message and waits until the broker has taken it; at most <see cref="LinkLimits.MessagesUnderWay"/> are under way at once, further ones wait
    /// their turn. That it returns says nothing about storage: only the follow protocol's own answers do.
    /// </summary>
    /// <param name="payload">1 to <see cref="LinkLimits.FollowBytes"/> bytes.</param>
    /// <param name="cancellation">Ends the wait; the message may have gone out.</param>
    /// <exception cref="LinkException"><see cref="LinkRefusal.NotConnected"/>, <see cref="LinkRefusal.WrongLength"/>, or why the connection ended meanwhile.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation = default)
    {
        if (payload.Length is 0 or > LinkLimits.FollowBytes)
        {
            throw new LinkException(LinkRefusal.WrongLength, $"a message of {payload.Length} bytes; 1 to {LinkLimits.FollowBytes} are allowed");
        }

        await _underWay.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            Link link = _link ?? throw new LinkException(LinkRefusal.NotConnected, "the cloud is not connected");
            await PublishAsync(link, payload, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _underWay.Release();
        }
    }

    /// <summary>Asks the policy's check about the cloud again and ends the connection if it now refuses: to be called when the registry has moved.</summary>
    public void Recheck()
    {
        if (_link is { Channel: { Peer: { } cloud } channel } && _options.Policy.Recheck(cloud) is { } refusal)
        {
            channel.Abort(new LinkException(refusal.Reason, refusal.Text));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _underWay.Dispose();

    /// <summary>One connection, from dialling to its end.</summary>
    private async Task<LinkException> OnceAsync(CancellationToken cancellation)
    {
        using MqttStreamChannel channel = new(DialAsync, _options.Policy);
        using GatewayAdapter adapter = new(channel, _name);
        using MqttClient client = new(new GatewayAdapterFactory(adapter), MqttNetNullLogger.Instance);
        TaskCompletionSource<string?> gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += e =>
        {
            gone.TrySetResult(e.ReasonString);
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += message => ReceivedAsync(channel, message);
        try
        {
            DateTimeOffset own = _options.Policy.Self.NotAfter;
            await ConnectAsync(client, cancellation).ConfigureAwait(false);
            _link = new Link(client, channel);
            _options.Logger.LogInformation("connected to {Cloud} at {Address}", channel.Peer, _options.Cloud);
            _options.Connected?.Invoke(channel.Peer!);
            return await EndOfAsync(client, channel, own, gone.Task, cancellation).ConfigureAwait(false);
        }
        catch (LinkException e)
        {
            return e;
        }
        catch (Exception e) when (e is MqttCommunicationException or MqttProtocolViolationException)
        {
            // The library tells what the cloud said, if anything, a moment later.
            await Task.WhenAny(gone.Task, Task.Delay(_goodbyeTime, CancellationToken.None)).ConfigureAwait(false);
            return Cause(channel, gone.Task.IsCompleted ? await gone.Task.ConfigureAwait(false) : null);
        }
        catch (OperationCanceledException e)
        {
            await GoodbyeAsync(client).ConfigureAwait(false);
            return channel.Poison(cancellation.IsCancellationRequested
                ? new LinkException(LinkRefusal.ClosedHere, "the connection was closed here", e)
                : new LinkException(LinkRefusal.TooSlow, "the cloud does not answer", e));
        }
        finally
        {
            _link = null;
        }
    }

    /// <summary>Waits until the connection ends, or until a certificate that it began with runs out; then it is closed here, in good order.</summary>
    private async Task<LinkException> EndOfAsync(MqttClient client, MqttStreamChannel channel, DateTimeOffset own, Task<string?> gone, CancellationToken cancellation)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task term = LinkTerm.EndAsync(_options.Policy, own, channel.Peer!, ended.Token);
        await Task.WhenAny(gone, term).WaitAsync(cancellation).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        if (gone.IsCompleted || !term.IsCompletedSuccessfully)
        {
            return Cause(channel, await gone.WaitAsync(cancellation).ConfigureAwait(false));
        }

        _link = null;
        await GoodbyeAsync(client).ConfigureAwait(false);
        return new LinkException(LinkRefusal.Renewed, "a certificate was renewed, and the connection begins anew with it");
    }

    private static LinkException Cause(MqttStreamChannel channel, string? said) => string.IsNullOrEmpty(said)
        ? channel.Poison(new LinkException(LinkRefusal.Closed, "the cloud closed the connection"))
        : LinkException.FromPeer(said, LinkRefusal.Closed, "the cloud");

    private static async Task GoodbyeAsync(MqttClient client)
    {
        if (!client.IsConnected)
        {
            return;
        }

        try
        {
            using CancellationTokenSource late = new(_goodbyeTime);
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), late.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttCommunicationException or OperationCanceledException or LinkException)
        {
            // It ends without a goodbye.
        }
    }

    private async Task<TlsConnection> DialAsync(CancellationToken cancellation)
    {
        NetworkStream stream = await TcpDial.ConnectAsync(_options.Cloud, _time, cancellation).ConfigureAwait(false);
        return await _options.Policy.ConnectAsync(stream, _options.Cloud.Host, new PeerExpectation(_options.CloudName, Role.Cloud), [], Farewell.DisconnectAsync, cancellation).ConfigureAwait(false);
    }

    private async Task ConnectAsync(MqttClient client, CancellationToken cancellation)
    {
        // Dialling and TLS have their own limits; this one is for the broker's two answers.
        using CancellationTokenSource late = new(LinkLimits.HandshakeTime * 3, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        MqttClientOptions options = new()
        {
            // The channel is ours; the library only wants to see that one was chosen.
            ChannelOptions = new MqttClientTcpOptions { RemoteEndpoint = new DnsEndPoint(_options.Cloud.Host, _options.Cloud.Port) },
            ClientId = _name,
            ProtocolVersion = MqttProtocolVersion.V500,
            CleanSession = true,
            SessionExpiryInterval = 0,
            KeepAlivePeriod = LinkLimits.MqttKeepAlive,
            ReceiveMaximum = LinkLimits.MessagesUnderWay,
            MaximumPacketSize = LinkLimits.PublishPacketBytes,
            RequestProblemInformation = true,
            Timeout = LinkLimits.HandshakeTime,
        };
        MqttClientConnectResult answer = await client.ConnectAsync(options, both.Token).ConfigureAwait(false);
        if (answer.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw LinkException.FromPeer(answer.ReasonString, LinkRefusal.Forbidden, "the cloud");
        }

        MqttClientSubscribeOptions subscription = new() { TopicFilters = [new MqttTopicFilter { Topic = GatewayTopics.Down(_name), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }] };
        MqttClientSubscribeResult granted = await client.SubscribeAsync(subscription, both.Token).ConfigureAwait(false);
        if (granted.Items.Single().ResultCode != MqttClientSubscribeResultCode.GrantedQoS1)
        {
            throw LinkException.FromPeer(granted.ReasonString, LinkRefusal.Forbidden, "the cloud");
        }
    }

    private async Task ReceivedAsync(MqttStreamChannel channel, MqttApplicationMessageReceivedEventArgs message)
    {
        System.Buffers.ReadOnlySequence<byte> payload = message.ApplicationMessage.Payload;
        try
        {
            await _options.Message(payload.IsSingleSegment ? payload.First : System.Buffers.BuffersExtensions.ToArray(payload), channel.Ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (channel.Ended.IsCancellationRequested)
        {
            message.ProcessingFailed = true;
        }
#pragma warning disable CA1031 // What the handler cannot take must not be followed by what came after it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            message.ProcessingFailed = true;
            _options.Logger.LogError(e, "a message of the cloud could not be handled");
            channel.Abort(new LinkException(LinkRefusal.Failed, "a message of the cloud could not be handled", e));
        }
    }

    private async Task PublishAsync(Link link, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        using CancellationTokenSource late = new(LinkLimits.PublishTime, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        MqttApplicationMessage message = new()
        {
            Topic = GatewayTopics.Up(_name),
            Payload = new System.Buffers.ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        try
        {
            MqttClientPublishResult taken = await link.Client.PublishAsync(message, both.Token).ConfigureAwait(false);
            if (!taken.IsSuccess)
            {
                throw LinkException.FromPeer(taken.ReasonString, LinkRefusal.Forbidden, "the cloud");
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            LinkException slow = new(LinkRefusal.TooSlow, "the cloud does not acknowledge", e);
            link.Channel.Abort(slow);
            throw slow;
        }
        catch (Exception e) when (e is MqttCommunicationException or ObjectDisposedException or InvalidOperationException or NullReferenceException)
        {
            // The library gives what it was about to use away under its own hands when the connection ends at this moment.
            LinkException cause = link.Channel.Cause ?? new LinkException(LinkRefusal.Closed, "the connection to the cloud ended", e);
            throw new LinkException(cause.Reason, cause.Text, e);
        }
    }

    private sealed record Link(MqttClient Client, MqttStreamChannel Channel);
}
