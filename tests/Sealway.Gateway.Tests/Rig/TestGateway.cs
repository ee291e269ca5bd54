namespace Sealway.Gateway.Tests;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>A running gateway with one TLS listener and one Unix socket.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private TestGateway(TestFleet fleet, GatewayRole role)
    {
        Fleet = fleet;
        Role = role;
        Running = role.RunAsync(_stop.Token);
    }

    internal TestFleet Fleet { get; }

    internal GatewayRole Role { get; }

    internal Task Running { get; }

    internal IReadOnlyDictionary<string, object> Health => Role.Health();

    internal static GatewayOptions Options(TestFleet fleet, HostPort cloud, string data = "gateway-data") => new()
    {
        Identity = fleet.Gateway,
        DataFolder = fleet.Folder(data),
        Cloud = cloud,
        SensorListeners = [HostPort.Parse("127.0.0.1:0")],
        PlaintextSockets = [fleet.Folder("sensors.sock")],
    };

    internal static async Task<TestGateway> StartAsync(TestFleet fleet, GatewayOptions options, GatewayParts? parts = null, Func<ILogStore, ILogStore>? wrap = null, TimeProvider? time = null) =>
        new(fleet, await GatewayRole.OpenAsync(options, parts, time ?? fleet.Time, new TestLoggers("gateway"), wrap, Patience.Soon));

    /// <summary>Waits until the gateway acts on all of the fleet's registry.</summary>
    internal async Task KnowsRegistryAsync()
    {
        TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (Role.Registry.Current.Size >= Fleet.Authority.Registry.Size)
            {
                moved.TrySetResult();
            }
        }

        Role.Registry.Moved += Look;
        Look();
        await moved.Task.WaitAsync(Patience.Time);
        await SettledAsync();
    }

    /// <summary>Everything that came before is durable.</summary>
    internal Task SettledAsync() => Role.Writer.DoAsync(_ => { }, Patience.Soon);

    internal Task<TestSensor> ConnectAsync(Identity sensor) => TestSensor.ConnectAsync(Fleet, sensor, Role.SensorAddresses[0]);

    internal Task<TestSensor> ConnectPlainAsync(Identity sensor) => TestSensor.ConnectAsync(sensor, Role.SensorAddresses[1]);

    internal async Task<IReadOnlyList<LogEntry>> EntriesAsync() => await Role.Store.Read(Role.Log, 0, ulong.MaxValue >> 12, int.MaxValue, default);

    internal async Task<IReadOnlyList<T>> EventsAsync<T>()
        where T : GatewayEvent =>
        [.. (await EntriesAsync()).Where(entry => !entry.IsBlank).Select(entry => Entry.FromUntrusted(entry.Bytes)).Where(entry => entry.Kind == EntryKind.Event)
            .Select(entry => GatewayEvent.FromUntrusted(entry.Body)).OfType<T>()];

    internal async Task<SignedHead?> HeadAsync() => await Role.Store.LatestHead(Role.Log, default);

    /// <summary>Stops in good order.</summary>
    internal async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(Patience.Time);
        await Role.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(Patience.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Role.DisposeAsync();
        _stop.Dispose();
    }
}
