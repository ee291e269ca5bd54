namespace Sealway.Archive.Tests.Roles;

using System.Net;
using System.Text.Json;
using System.Threading.Channels;

/// <summary>A webhook endpoint on loopback that can fail first.</summary>
public sealed class AlertReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Channel<JsonElement> _received = Channel.CreateUnbounded<JsonElement>();
    private readonly List<JsonElement> _passedOver = [];
    private readonly Task _running;

    private AlertReceiver(Uri address)
    {
        Address = address;
        _listener.Prefixes.Add(address.ToString());
        _listener.Start();
        _running = ListenAsync();
    }

    public Uri Address { get; }

    /// <summary>How many requests are refused before one is taken.</summary>
    public int Failures { get; set; }

    public int Refused { get; private set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<AlertReceiver> StartAsync(int failures = 0)
    {
        // The listener takes no port 0: one that was free a moment ago.
        using System.Net.Sockets.TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        return Task.FromResult(new AlertReceiver(new Uri($"http://127.0.0.1:{port}/alerts/")) { Failures = failures });
    }

    /// <summary>The next alert of a kind; others are kept for later.</summary>
    public async Task<JsonElement> Next(string kind)
    {
        int kept = _passedOver.FindIndex(one => one.GetProperty("kind").GetString() == kind);
        if (kept >= 0)
        {
            JsonElement found = _passedOver[kept];
            _passedOver.RemoveAt(kept);
            return found;
        }

        while (true)
        {
            JsonElement alert = await _received.Reader.ReadAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Ct);
            if (alert.GetProperty("kind").GetString() == kind)
            {
                return alert;
            }

            _passedOver.Add(alert);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _running;
        _listener.Close();
    }

    private async Task ListenAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using JsonDocument alert = await JsonDocument.ParseAsync(context.Request.InputStream);
            if (Refused < Failures)
            {
                Refused++;
                context.Response.StatusCode = 503;
            }
            else
            {
                await _received.Writer.WriteAsync(alert.RootElement.Clone());
            }

            context.Response.Close();
        }
    }
}
