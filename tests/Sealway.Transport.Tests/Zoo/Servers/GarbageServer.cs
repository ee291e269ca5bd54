namespace Sealway.Transport.Tests;

/// <summary>Answers the first bytes with noise that does not end, until the other side hangs up.</summary>
/// <param name="name">Its name.</param>
/// <param name="about">How it is set.</param>
/// <param name="truth">What must be found.</param>
internal sealed class GarbageServer(string name, string about, ZooTruth truth) : ZooServer(name, about, truth)
{
    private const int ChunkBytes = 16_384;

    /// <inheritdoc/>
    public override Task<RunningServer> StartAsync(ZooGround ground, CancellationToken cancellation) =>
        Task.FromResult<RunningServer>(new ServerLoop(async (stream, stop) =>
        {
            // The same noise in each run, and no byte of it the beginning of a TLS record.
            Random random = new(17);
            byte[] noise = new byte[ChunkBytes];
            if (await stream.ReadAsync(noise, stop).ConfigureAwait(false) == 0)
            {
                return;
            }

            while (true)
            {
                random.NextBytes(noise);
                noise[0] |= 0x80;
                await stream.WriteAsync(noise, stop).ConfigureAwait(false);
            }
        }));
}
