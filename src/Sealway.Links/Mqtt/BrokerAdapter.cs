namespace Sealway.Links;

using System.Net.Sockets;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;

/// <summary>Brings the library connections over our own TLS: its own listener resumes sessions, has no chain policy and no time limit for handshakes.</summary>
internal sealed class BrokerAdapter(Func<Socket, string, Action, Func<IMqttChannelAdapter, Task>, Task> serve) : IMqttServerAdapter
{
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger) => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public void Dispose()
    {
    }

    /// <summary>Serves an accepted socket for as long as its connection stands.</summary>
    internal Task ServeAsync(Socket socket, string remote, Action standing)
    {
        if (ClientHandler is { } handler)
        {
            return serve(socket, remote, standing, handler);
        }

        socket.Dispose();
        return Task.CompletedTask;
    }
}
