namespace Sealway.Gateway.Tests;

using System.Threading.Channels;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>A sensor's side, by hand: a real link, real signatures, and everything that the gateway says.</summary>
internal sealed class TestSensor : IAsyncDisposable
{
    private readonly ISensorLink _link;
    private readonly Channel<SensorLinkMessage> _said = Channel.CreateUnbounded<SensorLinkMessage>();
    private readonly Task _receiving;

    private TestSensor(Identity identity, ISensorLink link)
    {
        Identity = identity;
        _link = link;
        _receiving = ReceiveAsync();
    }

    internal Identity Identity { get; }

    /// <summary>Completes when the gateway has ended the link.</summary>
    internal Task Ended => _receiving;

    internal static async Task<TestSensor> ConnectAsync(TestFleet fleet, Identity identity, string address) => new(
        identity,
        await SensorLinkClient.ConnectTlsAsync(HostPort.Parse(address), fleet.Policy(identity), new PeerExpectation(TestFleet.GatewayName, Role.Gateway), cancellation: Patience.Soon));

    internal static async Task<TestSensor> ConnectAsync(TlsPolicy policy, Identity identity, string address, string gateway) => new(
        identity,
        await SensorLinkClient.ConnectTlsAsync(HostPort.Parse(address), policy, new PeerExpectation(gateway, Role.Gateway), cancellation: Patience.Soon));

    internal static async Task<TestSensor> ConnectAsync(Identity identity, string socket) =>
        new(identity, await SensorLinkClient.ConnectPlaintextUnixAsync(socket, cancellation: Patience.Soon));

    internal Reading Sign(uint sequence, double value = 36.5, uint boot = 1, ReadOnlyMemory<byte> nonce = default) =>
        Reading.Sign(Identity.Signing, new ReadingNumber(boot, sequence), [new Measurement("temp", "Cel", Number.From(value))], nonce.Span);

    internal async Task SendAsync(ReadOnlyMemory<byte> message) => await _link.SendAsync(message, Patience.Soon);

    internal async Task<Reading> SendAsync(uint sequence, double value = 36.5, uint boot = 1, ReadOnlyMemory<byte> nonce = default)
    {
        Reading reading = Sign(sequence, value, boot, nonce);
        await SendAsync(reading.Bytes);
        return reading;
    }

    /// <summary>The next message of a kind; others before it are passed over.</summary>
    internal async Task<T> SaysAsync<T>()
        where T : SensorLinkMessage
    {
        while (true)
        {
            if (await _said.Reader.ReadAsync(Patience.Soon) is T said)
            {
                return said;
            }
        }
    }

    /// <summary>Waits until so many more readings are acknowledged.</summary>
    internal async Task<IReadOnlyList<ReadingNumber>> StoredAsync(int count)
    {
        List<ReadingNumber> numbers = [];
        while (numbers.Count < count)
        {
            numbers.AddRange((await SaysAsync<StoredReadings>()).Numbers);
        }

        return numbers;
    }

    /// <summary>Whether the gateway has said anything of a kind so far.</summary>
    internal bool HasSaid<T>() => _said.Reader.TryPeek(out SensorLinkMessage? next) && next is T;

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        await _receiving;
    }

    private async Task ReceiveAsync()
    {
        List<ReadOnlyMemory<byte>> messages = [];
        try
        {
            while (await _link.ReceiveAsync(messages))
            {
                foreach (ReadOnlyMemory<byte> message in messages)
                {
                    _said.Writer.TryWrite(SensorLinkMessage.FromUntrusted(message.ToArray()));
                }
            }
        }
        catch (LinkException)
        {
        }
        finally
        {
            _said.Writer.TryComplete();
        }
    }
}
