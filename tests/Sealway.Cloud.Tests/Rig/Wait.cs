namespace Sealway.Cloud.Tests;

/// <summary>Waits that end: what does not come within two minutes on the slowest machine does not come.</summary>
internal static class Wait
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    public static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(_limit);

    public static Task<T> Soon<T>(ValueTask<T> task) => task.AsTask().WaitAsync(_limit);

    public static Task Soon(Task task) => task.WaitAsync(_limit);

    /// <summary>For what has no event: looks again and again.</summary>
    public static async Task Until(Func<bool> holds)
    {
        using CancellationTokenSource late = new(_limit);
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), late.Token);
        }
    }
}
