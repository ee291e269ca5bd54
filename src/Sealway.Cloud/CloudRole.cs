namespace Sealway.Cloud;

using Microsoft.Extensions.Logging;

/// <summary>A cloud: serves one or more fleets, each by itself. What one fleet's parties do, send or break cannot be seen by another's.</summary>
public sealed class CloudRole : IAsyncDisposable
{
    // What the report itself says.
    private static readonly string[] Taken = ["healthy", "role", "state", "fleets"];

    private readonly List<Tenant> _tenants = [];

    private CloudRole()
    {
    }

    /// <summary>The fleets, in the order of the options.</summary>
    public IReadOnlyList<Tenant> Tenants => _tenants;

    /// <summary>Opens every fleet and listens.</summary>
    /// <param name="options">The fleets.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="ct">Ends the opening.</param>
    /// <exception cref="ArgumentException">There is no fleet, two have one data folder, or an option is outside its range.</exception>
    /// <exception cref="IOException">A data folder cannot be used.</exception>
    /// <exception cref="InvalidDataException">A file in it is not a store of this version.</exception>
    /// <exception cref="Links.LinkException">An address cannot be listened on.</exception>
    public static async Task<CloudRole> OpenAsync(CloudOptions options, TimeProvider? time = null, ILoggerFactory? loggers = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Tenants.Count == 0)
        {
            throw new ArgumentException("a cloud needs at least one fleet", nameof(options));
        }

        CloudRole role = new();
        try
        {
            foreach (TenantOptions tenant in options.Tenants)
            {
                role._tenants.Add(await Tenant.OpenAsync(tenant, time, loggers, ct).ConfigureAwait(false));
            }

            return role;
        }
        catch
        {
            await role.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs until told to stop: then nothing is accepted any more, and what was acknowledged is on disk. Once.</summary>
    /// <param name="stop">Tells it to stop.</param>
    public async Task RunAsync(CancellationToken stop = default)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        List<Task> running = [.. _tenants.Select(tenant => tenant.RunAsync(end.Token))];
        await Task.WhenAny(running).ConfigureAwait(false);

        // Told to stop, or one has failed: a process that serves some of its fleets would look well.
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <summary>How it stands: a section for each fleet, under the fleet's name; of fleets with one name the later ones are numbered.</summary>
    public IReadOnlyDictionary<string, object> Health()
    {
        OrderedDictionary<string, object> report = new()
        {
            ["healthy"] = true,
            ["fleets"] = _tenants.Count,
        };
        foreach (Tenant tenant in _tenants)
        {
            string name = tenant.Fleet;
            for (int number = 2; report.ContainsKey(name) || Taken.Contains(name); number++)
            {
                name = $"{tenant.Fleet}-{number}";
            }

            IReadOnlyDictionary<string, object> section = tenant.Health();
            report[name] = section;
            report["healthy"] = report["healthy"] is true && section["healthy"] is true;
        }

        return report;
    }

    /// <summary>Closes every fleet. To stop in good order, end <see cref="RunAsync"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Tenant tenant in _tenants)
        {
            await tenant.DisposeAsync().ConfigureAwait(false);
        }
    }
}
