namespace Sealway.Links;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

/// <summary>Settings of a sensor listener, the address apart.</summary>
public sealed record SensorListenerOptions
{
    /// <summary>How long a sensor may go without one whole frame.</summary>
    public TimeSpan IdleTime { get; init; } = LinkLimits.SensorIdleTime;

    /// <summary>How many links may stand at once.</summary>
    public int Links { get; init; } = LinkLimits.SensorLinks;

    /// <summary>The clock of the idle time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told of every refused link with its named reason and address; for metrics and tests. Must be quick.</summary>
    public Action<LinkException, string>? Refused { get; init; }

    /// <summary>Where refusals are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
