namespace Sealway.App.Tests;

/// <summary>How long a test waits for what must come: no statement about time, only the end of a test that hangs.</summary>
internal static class Patience
{
    internal static readonly TimeSpan Time = TimeSpan.FromSeconds(30);

    internal static CancellationToken Soon => new CancellationTokenSource(Time).Token;

    internal static Task Come(this Task task) => task.WaitAsync(Time);
}
