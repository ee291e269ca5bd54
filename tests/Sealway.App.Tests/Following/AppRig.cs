namespace Sealway.App.Tests.Following;

using Sealway.App;
using Sealway.App.Tests.Homes;
using Sealway.Fleet;
using Sealway.Log;

/// <summary>A running app, and a way to wait for what it says.</summary>
public sealed class AppRig : IAsyncDisposable
{
    // Nothing here takes a second; what takes this long does not come.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private AppRig(AppRole app, string data) => (App, Data) = (app, data);

    public AppRole App { get; }

    public string Data { get; }

    public static async Task<AppRig> StartAsync(Household home, Identity identity, TestCloud cloud, CancellationToken ct, bool isOwner = false, Func<ILogStore, ILogStore>? wrap = null)
    {
        AppOptions options = new()
        {
            Identity = identity,
            Home = home.Member(cloud.Address, isOwner),
            DataFolder = home.File($"{identity.Name}-data"),
            WitnessEvery = TimeSpan.FromSeconds(1),
        };
        AppRig rig = new(await AppRole.OpenAsync(options, null, null, wrap ?? (store => store), ct), options.DataFolder);
        rig._running = Task.Run(() => rig.App.RunAsync(rig._stop.Token), CancellationToken.None);
        return rig;
    }

    /// <summary>Ends when the app ends.</summary>
    public Task Running => _running;

    public T Health<T>(string name) => (T)App.Health()[name];

    public async Task Until(Func<bool> condition, CancellationToken ct)
    {
        using SemaphoreSlim moved = new(0);
        void Move() => moved.Release();
        App.Changed += Move;
        try
        {
            while (!condition())
            {
                Task next = moved.WaitAsync(ct);
                Assert(await Task.WhenAny(next, _running).WaitAsync(Longest, ct) == next);
                await next;
            }
        }
        finally
        {
            App.Changed -= Move;
        }
    }

    public Task UntilOpened(long readings, CancellationToken ct) => Until(() => Health<long>("opened") >= readings, ct);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        finally
        {
            await App.DisposeAsync();
        }

        _stop.Dispose();
    }

    private static void Assert(bool runs) => Xunit.Assert.True(runs, "the app has ended");
}
