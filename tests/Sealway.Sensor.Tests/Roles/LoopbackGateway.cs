namespace Sealway.Sensor.Tests.Roles;

using System.Collections.Concurrent;
using System.Threading.Channels;
using Sealway.Links;
using Sealway.Messages;

/// <summary>The other end of a sensor's link, over a real listener: challenges, keeps what comes, and answers as a test wants it.</summary>
internal sealed class LoopbackGateway : IAsyncDisposable
{
    private readonly ISensorListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Reading> _readings = Channel.CreateUnbounded<Reading>();
    private readonly Channel<ISensorLink> _links = Channel.CreateUnbounded<ISensorLink>();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;
    private byte _nonce;

    public LoopbackGateway(ISensorListener listener)
    {
        _listener = listener;
        _accepting = AcceptAsync();
    }

    /// <summary>Whether each reading is acknowledged as it comes.</summary>
    public bool Stores { get; set; } = true;

    /// <summary>Whether a link begins with a challenge.</summary>
    public bool Challenges { get; set; } = true;

    /// <summary>Each link, once it stands.</summary>
    public ChannelReader<ISensorLink> Links => _links.Reader;

    /// <summary>Each reading, in the order of its coming, those that came again too.</summary>
    public ChannelReader<Reading> Readings => _readings.Reader;

    public static byte[] Nonce(byte number) => [number, 1, 2, 3, 4, 5, 6, 7];

    public async Task<List<Reading>> TakeAsync(int count)
    {
        List<Reading> taken = [];
        while (taken.Count < count)
        {
            taken.Add(await _readings.Reader.ReadAsync(Xunit.TestContext.Current.CancellationToken));
        }

        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listener.DisposeAsync();
        await _accepting;
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _serving.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LinkException)
        {
        }
    }

    private async Task ServeAsync(ISensorLink link)
    {
        await using (link)
        {
            try
            {
                if (Challenges)
                {
                    await link.SendAsync(new SensorChallenge(Nonce(_nonce++)).ToArray(), _stop.Token);
                }

                _links.Writer.TryWrite(link);
                List<ReadOnlyMemory<byte>> messages = [];
                while (await link.ReceiveAsync(messages, _stop.Token))
                {
                    List<ReadingNumber> stored = [];
                    foreach (ReadOnlyMemory<byte> message in messages)
                    {
                        Reading reading = Reading.FromUntrusted(message.ToArray());
                        stored.Add(reading.Number);
                        _readings.Writer.TryWrite(reading);
                    }

                    foreach (ReadingNumber[] part in Stores ? stored.Chunk(SensorLinkMessage.MaxNumbers) : [])
                    {
                        await link.SendAsync(new StoredReadings(part).ToArray(), _stop.Token);
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or LinkException or ObjectDisposedException)
            {
            }
        }
    }
}
