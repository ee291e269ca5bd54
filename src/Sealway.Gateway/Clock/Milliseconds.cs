namespace Sealway.Gateway;

/// <summary>The clock of entries: milliseconds since 1970-01-01T00:00Z.</summary>
internal static class Milliseconds
{
    internal static ulong Now(TimeProvider time) => From(time.GetUtcNow());

    internal static ulong From(DateTimeOffset time) => (ulong)Math.Max(0, time.ToUnixTimeMilliseconds());

    internal static DateTimeOffset ToTime(ulong milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    internal static ulong Of(TimeSpan span) => (ulong)Math.Max(0, span.TotalMilliseconds);
}
