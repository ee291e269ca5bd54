namespace Sealway.Gateway.Tests.Heating;

using System.Threading.Channels;

/// <summary>Keeps what it was told; refuses as often as it is told to.</summary>
internal sealed class RecordedActuator : IHeatingActuator
{
    private readonly Channel<bool> _told = Channel.CreateUnbounded<bool>();

    public int Refusals { get; set; }

    public ChannelReader<bool> Told => _told.Reader;

    public Task SetAsync(bool on, CancellationToken cancellation = default)
    {
        if (Refusals-- > 0)
        {
            throw new IOException("stuck");
        }

        _told.Writer.TryWrite(on);
        return Task.CompletedTask;
    }
}
