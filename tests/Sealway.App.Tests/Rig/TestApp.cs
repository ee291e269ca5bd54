namespace Sealway.App.Tests;

using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;

/// <summary>A running app.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private TestApp(AppRole role)
    {
        Role = role;
        _running = role.RunAsync(_stop.Token);
    }

    internal AppRole Role { get; }

    internal IReadOnlyDictionary<string, object> Health => Role.Health();

    internal static AppOptions Options(TestHome home, TestCloud cloud, Identity member, bool owner = false) => new()
    {
        Identity = member,
        Home = new AppFile(new(TestHome.GatewayName, 0), member.RegistryLog, cloud.Address, TestHome.GatewayName, owner),
        DataFolder = home.File($"{member.Name}-data"),
        Wait = TimeSpan.FromSeconds(1),
        WitnessEvery = TimeSpan.FromMilliseconds(100),
        RegistryEvery = TimeSpan.FromMilliseconds(200),
        LongestBackoff = TimeSpan.FromMilliseconds(500),
    };

    internal static async Task<TestApp> StartAsync(TestHome home, TestCloud cloud, Identity member) => await StartAsync(Options(home, cloud, member));

    internal static async Task<TestApp> StartAsync(AppOptions options) =>
        new(await AppRole.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, Patience.Soon));

    internal long Count(string name) => Convert.ToInt64(Health[name], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Waits until something holds; looked at after each change.</summary>
    internal async Task UntilAsync(Func<bool> condition)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (condition())
            {
                done.TrySetResult();
            }
        }

        Role.Changed += Look;
        try
        {
            Look();
            await done.Task.Come();
        }
        finally
        {
            Role.Changed -= Look;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.Come();
        await Role.DisposeAsync();
        _stop.Dispose();
    }
}
