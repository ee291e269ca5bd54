namespace Sealway.Gateway;

using Sealway.Log;
using Sealway.Messages;

/// <summary>What the gateway's core shows to the parts that are added to it.</summary>
public interface IGatewayCore
{
    /// <summary>The way into the writer loop.</summary>
    IWriterQueue Writer { get; }

    /// <summary>The store of the gateway's own log; for reading only, as the writer loop alone writes.</summary>
    ILogStore Store { get; }

    /// <summary>The log that is written now. Any thread.</summary>
    LogId Log { get; }

    /// <summary>The registry.</summary>
    IRegistrySource Registry { get; }

    /// <summary>The clock.</summary>
    TimeProvider Time { get; }
}
