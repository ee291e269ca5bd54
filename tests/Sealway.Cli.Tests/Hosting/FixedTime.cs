namespace Sealway.Cli.Tests.Hosting;

/// <summary>A clock that stands still; its timers run.</summary>
internal sealed class FixedTime : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
}
