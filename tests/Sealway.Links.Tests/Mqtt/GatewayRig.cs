namespace Sealway.Links.Tests;

using System.Threading.Channels;

/// <summary>A gateway's connection and what it told.</summary>
public sealed class GatewayRig
{
    public GatewayConnection Connection { get; set; } = null!;

    /// <summary>How the gateway takes a message, besides noting it.</summary>
    public Func<CancellationToken, ValueTask> OnMessage { get; set; } = _ => ValueTask.CompletedTask;

    public Channel<byte[]> Messages { get; } = Channel.CreateUnbounded<byte[]>();

    public Channel<PeerIdentity> Connected { get; } = Channel.CreateUnbounded<PeerIdentity>();

    public Channel<LinkException> Disconnected { get; } = Channel.CreateUnbounded<LinkException>();
}
