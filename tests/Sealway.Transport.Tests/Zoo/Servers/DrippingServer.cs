namespace Sealway.Transport.Tests;

/// <summary>Begins a TLS record of full length, with a handshake message of the greatest length in it, and sends a byte every half second: it never comes to an end.</summary>
/// <param name="name">Its name.</param>
/// <param name="about">How it is set.</param>
/// <param name="truth">What must be found.</param>
internal sealed class DrippingServer(string name, string about, ZooTruth truth) : ZooServer(name, about, truth)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] _begin = [0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0xFF, 0xFF, 0xFF];

    /// <inheritdoc/>
    public override Task<RunningServer> StartAsync(ZooGround ground, CancellationToken cancellation) =>
        Task.FromResult<RunningServer>(new ServerLoop(async (stream, stop) =>
        {
            byte[] heard = new byte[4_096];
            if (await stream.ReadAsync(heard, stop).ConfigureAwait(false) == 0)
            {
                return;
            }

            for (int i = 0; ; i++)
            {
                await stream.WriteAsync(new[] { i < _begin.Length ? _begin[i] : (byte)0 }, stop).ConfigureAwait(false);
                await Task.Delay(_pause, stop).ConfigureAwait(false);
            }
        }));
}
