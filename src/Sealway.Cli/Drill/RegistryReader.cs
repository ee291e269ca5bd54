namespace Sealway.Cli.Drill;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Applies a registry from a store, further each time.</summary>
internal sealed class RegistryReader(PublicKey authority, string fleet)
{
    private readonly Registry _registry = new(authority);
    private readonly LogScan _scan = new(fleet);

    /// <summary>As far as it was read.</summary>
    public RegistryView Current => _registry.Current;

    /// <summary>Reads on.</summary>
    public async Task<RegistryView> ReadAsync(ILogStore store, CancellationToken stop)
    {
        foreach ((LogId _, ulong _, ReadOnlyMemory<byte> bytes) in await _scan.News(store, stop).ConfigureAwait(false))
        {
            _registry.Apply(bytes);
        }

        return Current;
    }
}
