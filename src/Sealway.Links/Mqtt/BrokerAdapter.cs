namespace Sealway.Links;

using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;

/// <summary>Brings the library connections over our own TLS: its own listener resumes sessions, has no chain policy and no time limit for handshakes.</summary>
internal sealed class BrokerAdapter(Func<AcceptedSocket, Func<IMqttChannelAdapter, Task>, Task> serve) : IMqttServerAdapter
{
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger) => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public void Dispose()
    {
    }

    /// <summary>Serves an accepted socket for as long as its connection stands.</summary>
    internal Task ServeAsync(AcceptedSocket accepted)
    {
        if (ClientHandler is { } handler)
        {
            return serve(accepted, handler);
        }

        accepted.Socket.Dispose();
        return Task.CompletedTask;
    }
}
