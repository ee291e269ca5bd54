namespace Sealway.Transport.Tests;

/// <summary>Accepts connections and never says a word.</summary>
/// <param name="name">Its name.</param>
/// <param name="about">How it is set.</param>
/// <param name="truth">What must be found.</param>
internal sealed class SilentServer(string name, string about, ZooTruth truth) : ZooServer(name, about, truth)
{
    /// <inheritdoc/>
    public override Task<RunningServer> StartAsync(ZooGround ground, CancellationToken cancellation) =>
        Task.FromResult<RunningServer>(new ServerLoop(async (stream, stop) =>
        {
            byte[] ignored = new byte[4_096];
            while (await stream.ReadAsync(ignored, stop).ConfigureAwait(false) > 0)
            {
            }
        }));
}
