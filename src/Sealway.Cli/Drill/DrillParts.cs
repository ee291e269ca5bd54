namespace Sealway.Cli.Drill;

using System.Collections.Concurrent;
using System.Text.Json;
using Sealway.Cli.Demo;
using Sealway.Cli.Hosting;

/// <summary>The drill's processes: started, killed without a word, started again.</summary>
internal sealed class DrillParts(DemoFolders folders) : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<string, Part> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _kills = new(StringComparer.Ordinal);

    /// <summary>How often a process of each role was killed.</summary>
    public IReadOnlyDictionary<string, long> KillsByRole => new SortedDictionary<string, long>(
        DrillPart.Roles.ToDictionary(role => role, role => DrillPart.All.Where(part => part.Role == role).Sum(part => _kills.GetValueOrDefault(part.Name)), StringComparer.Ordinal),
        StringComparer.Ordinal);

    /// <summary>The process of that name that runs now.</summary>
    public Part Of(string name) => _running[name];

    /// <summary>Starts one, without waiting for it.</summary>
    public Part Start(string name)
    {
        // What an earlier process left behind must not speak for this one.
        File.Delete(Path.Combine(folders.Parts, $"{name}.port"));
        File.Delete(Path.Combine(folders.Parts, $"{name}.last.json"));
        return _running[name] = Part.Role(DrillPart.All.First(part => part.Name == name).Role, name, folders.Parts);
    }

    /// <summary>SIGKILL: it can do nothing more, and nothing of what it has not written is left.</summary>
    public async Task Kill(string name)
    {
        _kills.AddOrUpdate(name, 1, (_, count) => count + 1);
        if (_running.TryGetValue(name, out Part? part))
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends one in good order, and gives its last report.</summary>
    /// <exception cref="UserError">It did not end well.</exception>
    public async Task<JsonElement?> Stop(string name, CancellationToken stop)
    {
        Part part = _running[name];
        int code = await part.Stop(StopTime).ConfigureAwait(false);
        return code == ExitCode.Clean
            ? await part.Health(stop).ConfigureAwait(false)
            : throw new UserError($"{name} was to stop and ended with exit code {code}", part.LogFile, "see its log");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Part part in _running.Values)
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
    }
}
