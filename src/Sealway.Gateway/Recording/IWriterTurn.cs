namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>What may be done inside one turn of the writer loop. Valid during the call that received it, on that thread only.</summary>
public interface IWriterTurn
{
    /// <summary>The gateway's clock for this turn, in milliseconds since 1970; at least every time given before.</summary>
    ulong Now { get; }

    /// <summary>The log that is written.</summary>
    LogId Log { get; }

    /// <summary>The registry as far as it is in force.</summary>
    RegistryView Registry { get; }

    /// <summary>The recorder, for what only one kind of recorder can do (a new epoch, say).</summary>
    IRecorder Recorder { get; }

    /// <summary>States something: goes to the recorder in this turn.</summary>
    void State(GatewayEvent statement);
}
