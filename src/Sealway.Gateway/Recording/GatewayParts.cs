namespace Sealway.Gateway;

/// <summary>What a gateway is put together from, beyond its core: an open gateway needs none of it set.</summary>
public sealed record GatewayParts
{
    /// <summary>How what was accepted becomes entries.</summary>
    public IRecorder Recorder { get; init; } = new OpenRecorder();

    /// <summary>Who sees each accepted reading.</summary>
    public IReadOnlyList<IReadingObserver> Observers { get; init; } = [];

    /// <summary>Who gets members' commands; null: they are refused.</summary>
    public ICommandReceiver? Commands { get; init; }

    /// <summary>The registry, where it does not come through the cloud.</summary>
    public IRegistrySource? Registry { get; init; }

    /// <summary>Called once, before the loop runs, with the core.</summary>
    public Action<IGatewayCore>? Attach { get; init; }
}
