namespace Sealway.Cli.Hosting;

using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Sealway.Cli.Roles;
using Sealway.Links;

/// <summary>What the host hands to the role that it runs.</summary>
/// <param name="name">The role.</param>
/// <param name="loggers">Makes loggers of the structured log.</param>
/// <param name="time">The clock.</param>
/// <param name="offset">What a drill has set that clock off by; null for nothing.</param>
/// <param name="keys">Where the keys of TLS connections are written; null for nowhere.</param>
internal sealed class RoleContext(string name, ILoggerFactory loggers, TimeProvider time, ClockOffset? offset = null, TlsKeyLog? keys = null) : IAsyncDisposable
{
    private readonly List<TlsReloader> _reloaders = [];
    private readonly List<CertificateRenewal> _renewals = [];
    private readonly List<Task> _renewing = [];
    private readonly CancellationTokenSource _ending = new();
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

    /// <summary>Has a TLS identity renewed by itself where its settings name a server, until the role ends; how that stands is in the health report.</summary>
    /// <returns>The same; not owned.</returns>
    public TlsIdentitySource Renew(IdentitySettings settings, TlsIdentitySource source)
    {
        if (settings.Enrolment is { } enrolment)
        {
            RenewalOptions options = new()
            {
                Folder = settings.Folder,
                Server = enrolment.Server,
                Passphrase = () => Passphrase.Read(settings.PassphraseFile),
                Time = Time,
                Logger = Log,
            };
            CertificateRenewal renewal = new(options, source);
            lock (_renewals)
            {
                _renewals.Add(renewal);
                _renewing.Add(Task.Run(() => RenewAsync(renewal), CancellationToken.None));
            }
        }

        return source;
    }

    /// <summary>Ends the renewals. The role has ended before.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        Task[] all;
        lock (_renewals)
        {
            all = [.. _renewing];
        }

        await Task.WhenAll(all).ConfigureAwait(false);
        _ending.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Nothing that befalls a renewal may end the role, which works on while its certificate holds; it is told.")]
    private async Task RenewAsync(CertificateRenewal renewal)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await renewal.RunAsync(_ending.Token).ConfigureAwait(false);
            }
            catch (Exception) when (_ending.IsCancellationRequested)
            {
                // The role has ended, and its keys with it.
            }
            catch (Exception broken)
            {
                Log.LogCritical(broken, "the renewal of the TLS certificate failed in a way that it should not; it begins again in a minute");
                await Task.Delay(TimeSpan.FromMinutes(1), Time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Of several, the one that expires first, and whatever is wrong with any.
    private Dictionary<string, object>? RenewalHealth()
    {
        CertificateRenewal[] renewals;
        lock (_renewals)
        {
            renewals = [.. _renewals];
        }

        if (renewals.Length == 0)
        {
            return null;
        }

        CertificateRenewal first = renewals.MinBy(one => one.Life.Expires)!;
        Dictionary<string, object> health = new(first.Health())
        {
            ["renewals"] = renewals.Sum(one => one.Renewals),
            ["failures"] = renewals.Sum(one => one.Failures),
            ["late"] = renewals.Any(one => one.IsLate),
        };
        if (renewals.Select(one => one.Trouble).FirstOrDefault(one => one is not null) is { } trouble)
        {
            health["trouble"] = trouble;
        }

        return health;
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

        if (RenewalHealth() is { } renewal)
        {
            values["renewal"] = renewal;
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

        if (keys is not null)
        {
            values["tlsKeylog"] = keys.Path;
            values["tlsKeylogLines"] = keys.Lines;
        }

        return report with { Values = values };
    }
}
