namespace Sealway.Gateway.Tests;

/// <summary>How long a test waits for what must come: no statement about time, only the end of a test that hangs.</summary>
internal static class Patience
{
    internal static readonly TimeSpan Time = TimeSpan.FromSeconds(60);

    /// <summary>Waits for what must come.</summary>
    internal static Task Come(this Task task) => task.WaitAsync(Time);

    internal static CancellationToken Soon => new CancellationTokenSource(Time).Token;
}
