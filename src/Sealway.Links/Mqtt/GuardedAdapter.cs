namespace Sealway.Links;

using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Packets;

/// <summary>Stands between the library and a connection: every packet from the peer passes the rules here before the library sees it.</summary>
internal abstract class GuardedAdapter : IMqttChannelAdapter
{
    private const int WriterBuffer = 4096;

    // Packets without their payload: a topic, a reason, a few properties.
    private const int LargestWriterBuffer = 65_536;

    private readonly MqttChannelAdapter _inner;

    /// <param name="channel">The bytes.</param>
    /// <param name="version">The version to speak; null to speak the one that the peer begins with.</param>
    protected GuardedAdapter(MqttStreamChannel channel, MqttProtocolVersion? version)
    {
        Channel = channel;
        MqttBufferWriter writer = new(WriterBuffer, LargestWriterBuffer);
        MqttPacketFormatterAdapter formatter = version is { } known ? new MqttPacketFormatterAdapter(known, writer) : new MqttPacketFormatterAdapter(writer);
        _inner = new MqttChannelAdapter(channel, formatter, MqttNetNullLogger.Instance);
    }

    internal MqttStreamChannel Channel { get; }

    public long BytesReceived => _inner.BytesReceived;

    public long BytesSent => _inner.BytesSent;

    public X509Certificate2? ClientCertificate => null;

    public EndPoint? RemoteEndPoint => null;

    public EndPoint? LocalEndPoint => null;

    public bool IsSecureConnection => true;

    public MqttPacketFormatterAdapter PacketFormatterAdapter => _inner.PacketFormatterAdapter;

    public Task ConnectAsync(CancellationToken cancellationToken) => _inner.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => _inner.DisconnectAsync(cancellationToken);

    public void ResetStatistics() => _inner.ResetStatistics();

    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        MqttPacket? packet = null;
        LinkException? refusal;
        try
        {
            packet = await _inner.ReceivePacketAsync(cancellationToken).ConfigureAwait(false);
            refusal = packet is null ? Channel.Cause : Admit(packet);
        }
#pragma warning disable CA1031 // The library's decoder throws many things at packets that are wrong; each of them ends the connection.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            refusal = new LinkException(LinkRefusal.WrongProtocol, "a packet that cannot be read as MQTT", e);
        }

        if (refusal is null)
        {
            return packet;
        }

        await EndAsync(Channel.Poison(refusal), cancellationToken).ConfigureAwait(false);
        return null;
    }

    public virtual Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken) => _inner.SendPacketAsync(packet, cancellationToken);

    public void Dispose()
    {
        _inner.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The rules: null lets the packet pass, anything else ends the connection.</summary>
    protected abstract LinkException? Admit(MqttPacket packet);

    /// <summary>Tells the peer why, where there is a way to.</summary>
    protected abstract Task EndAsync(LinkException cause, CancellationToken cancellation);
}
