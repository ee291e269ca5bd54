namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>Where the gateway's registry comes from: followed through the cloud, or, in a home, written here.</summary>
public interface IRegistrySource
{
    /// <summary>The registry's log-id.</summary>
    LogId Log { get; }

    /// <summary>The registry as far as it was verified and stored. Any thread.</summary>
    RegistryView Current { get; }

    /// <summary>When a head of the registry was last seen signed by the registrar, in milliseconds since 1970 by the registrar's clock; 0 if never.</summary>
    ulong SignedAt { get; }

    /// <summary>Called after <see cref="Current"/> has grown; handlers are quick.</summary>
    event Action? Moved;
}
