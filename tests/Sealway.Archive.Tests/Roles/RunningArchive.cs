namespace Sealway.Archive.Tests.Roles;

using System.Collections;
using Microsoft.Extensions.Logging.Abstractions;

/// <summary>An archive that runs until it is disposed of.</summary>
public sealed class RunningArchive : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private RunningArchive(ArchiveRole role)
    {
        Role = role;
        _running = role.RunAsync(_stop.Token);
    }

    public ArchiveRole Role { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RunningArchive> StartAsync(ArchiveOptions options, TimeProvider time) =>
        new(await ArchiveRole.OpenAsync(options, time, NullLoggerFactory.Instance, Ct));

    /// <summary>A value of the health report, by its dotted path.</summary>
    public object? Value(string path)
    {
        object? at = Role.Health();
        foreach (string name in path.Split('.'))
        {
            at = at switch
            {
                IReadOnlyDictionary<string, object> values => values.GetValueOrDefault(name),
                IDictionary values => values[name],
                _ => null,
            };
        }

        return at;
    }

    public ulong Count(string path) => Convert.ToUInt64(Value(path) ?? 0, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Waits until a count of the health report has come to a value.</summary>
    public async Task Until(string path, ulong value)
    {
        DateTimeOffset end = DateTimeOffset.UtcNow.AddSeconds(60);
        while (Count(path) < value)
        {
            if (_running.IsFaulted)
            {
                await _running;
            }

            Assert.True(DateTimeOffset.UtcNow < end, $"{path} is {Count(path)}, not {value}");
            await Task.Delay(10, Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        finally
        {
            await Role.DisposeAsync();
            _stop.Dispose();
        }
    }
}
