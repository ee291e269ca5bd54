namespace Sealway.Transport.Tests;

/// <summary>A server of the zoo: a real TLS server on loopback, set in a way that is known.</summary>
/// <param name="name">Its name in the table.</param>
/// <param name="about">How it is set, in a few words.</param>
/// <param name="truth">What must be found.</param>
internal abstract class ZooServer(string name, string about, ZooTruth truth)
{
    /// <summary>Its name in the table.</summary>
    public string Name { get; } = name;

    /// <summary>How it is set, in a few words.</summary>
    public string About { get; } = about;

    /// <summary>What must be found.</summary>
    public ZooTruth Truth { get; } = truth;

    /// <summary>What it speaks before TLS; null: nothing.</summary>
    public StartTls? StartTls { get; init; }

    /// <summary>Starts it; it accepts connections when this returns.</summary>
    public abstract Task<RunningServer> StartAsync(ZooGround ground, CancellationToken cancellation);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
