namespace Sealway.Cli.Hosting;

using Microsoft.Extensions.Logging;
using Sealway.Links;

/// <summary>What the host hands to the role that it runs.</summary>
/// <param name="name">The role.</param>
/// <param name="loggers">Makes loggers of the structured log.</param>
/// <param name="time">The clock.</param>
/// <param name="offset">What a drill has set that clock off by; null for nothing.</param>
internal sealed class RoleContext(string name, ILoggerFactory loggers, TimeProvider time, ClockOffset? offset = null)
{
    private readonly List<TlsReloader> _reloaders = [];
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

    /// <summary>Has a TLS identity read again whenever its files are replaced; how that stands is in the health report.</summary>
    /// <returns>The same; not owned.</returns>
    public TlsIdentitySource Refresh(TlsIdentitySource source)
    {
        lock (_reloaders)
        {
            _reloaders.Add(new TlsReloader(source, Log));
        }

        return source;
    }

    /// <summary>Looks now for TLS identities that were replaced.</summary>
    internal void LookForReplacedIdentities()
    {
        foreach (TlsReloader reloader in Reloaders())
        {
            reloader.Look();
        }
    }

    private TlsReloader[] Reloaders()
    {
        lock (_reloaders)
        {
            return [.. _reloaders];
        }
    }

    /// <summary>How the role is now.</summary>
    internal HealthReport Report()
    {
        HealthReport report = _health is { } health ? HealthReport.From(health()) : HealthReport.Starting;
        Dictionary<string, object> values = new(report.Values);
        if (offset is not null)
        {
            values["clockOffset"] = offset.Text;
        }

        if (Reloaders() is { Length: > 0 } reloaders)
        {
            // Of several, the one that expires first.
            Dictionary<string, object> certificate = new()
            {
                ["notAfter"] = reloaders.Min(one => one.NotAfter),
                ["replaced"] = reloaders.Sum(one => one.Count),
            };
            if (reloaders.Select(one => one.Trouble).FirstOrDefault(one => one is not null) is { } trouble)
            {
                certificate["trouble"] = trouble;
            }

            values["certificate"] = certificate;
        }

        return report with { Values = values };
    }
}
