namespace Sealway.Cli.Hosting;

/// <summary>How a role is: whether it does its work, and its numbers.</summary>
/// <param name="Healthy">False answers 503.</param>
/// <param name="Values">Numbers, flags, texts, times, durations, and dictionaries of these by name (counts by reason). Never content, keys or tokens.</param>
internal sealed record HealthReport(bool Healthy, IReadOnlyDictionary<string, object> Values)
{
    /// <summary>The report of a role that has not begun its work.</summary>
    public static HealthReport Starting { get; } = new(false, new Dictionary<string, object> { ["state"] = "starting" });

    /// <summary>A report from a role's snapshot; its flag <c>healthy</c> decides, and is true if it is left out.</summary>
    public static HealthReport From(IReadOnlyDictionary<string, object> values) =>
        new(!values.TryGetValue("healthy", out object? healthy) || healthy is not false, values);
}
