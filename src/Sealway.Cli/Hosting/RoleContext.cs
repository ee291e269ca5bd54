namespace Sealway.Cli.Hosting;

using Microsoft.Extensions.Logging;

/// <summary>What the host hands to the role that it runs.</summary>
/// <param name="name">The role.</param>
/// <param name="loggers">Makes loggers of the structured log.</param>
/// <param name="time">The clock.</param>
/// <param name="offset">What a drill has set that clock off by; null for nothing.</param>
internal sealed class RoleContext(string name, ILoggerFactory loggers, TimeProvider time, ClockOffset? offset = null)
{
    private volatile Func<IReadOnlyDictionary<string, object>>? _health;

    /// <summary>The role's name.</summary>
    public string Name { get; } = name;

    /// <summary>Makes loggers of the structured log.</summary>
    public ILoggerFactory Loggers { get; } = loggers;

    /// <summary>The role's own logger.</summary>
    public ILogger Log { get; } = loggers.CreateLogger(name);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Names what the health endpoint asks; until then it answers 503, "starting". The snapshot's flag <c>healthy</c> decides between 200 and 503.</summary>
    /// <param name="health">Asked from any thread.</param>
    public void ReportHealth(Func<IReadOnlyDictionary<string, object>> health) => _health = health;

    /// <summary>How the role is now.</summary>
    internal HealthReport Report()
    {
        HealthReport report = _health is { } health ? HealthReport.From(health()) : HealthReport.Starting;
        return offset is null ? report : report with { Values = new Dictionary<string, object>(report.Values) { ["clockOffset"] = offset.Text } };
    }
}
