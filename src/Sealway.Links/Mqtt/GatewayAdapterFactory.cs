namespace Sealway.Links;

using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;

/// <summary>Gives the library the one connection that was made for it.</summary>
internal sealed class GatewayAdapterFactory(GatewayAdapter adapter) : IMqttClientAdapterFactory
{
    public IMqttChannelAdapter CreateClientAdapter(MqttClientOptions options, MqttPacketInspector packetInspector, IMqttNetLogger logger) => adapter;
}
