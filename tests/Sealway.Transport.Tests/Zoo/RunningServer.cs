namespace Sealway.Transport.Tests;

/// <summary>A server that runs; disposing it ends it.</summary>
internal abstract class RunningServer : IAsyncDisposable
{
    /// <summary>Its port on 127.0.0.1.</summary>
    public abstract int Port { get; }

    /// <summary>Fails, with what it said, if it has ended by itself.</summary>
    public abstract void RequireRunning();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
