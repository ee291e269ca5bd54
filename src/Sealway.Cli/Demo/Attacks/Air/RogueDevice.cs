namespace Sealway.Cli.Demo.Attacks;

using Sealway.Links;
using Sealway.Messages;

/// <summary>A device that speaks a gateway's sensor protocol and sends whatever it likes.</summary>
internal sealed class RogueDevice : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ISensorLink _link;

    private RogueDevice(ISensorLink link) => _link = link;

    public static async Task<RogueDevice> ConnectAsync(string socket, CancellationToken stop) =>
        new(await SensorLinkClient.ConnectPlaintextUnixAsync(socket, cancellation: stop).ConfigureAwait(false));

    /// <summary>Sends messages as they are.</summary>
    public async Task SendAsync(IEnumerable<byte[]> messages, CancellationToken stop)
    {
        foreach (byte[] message in messages)
        {
            await _link.SendAsync(message, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the gateway has answered for so many readings, and gives the answers.</summary>
    public async Task<IReadOnlyList<SensorLinkMessage>> AnswersAsync(int readings, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(Patience);
        List<SensorLinkMessage> answers = [];
        List<ReadOnlyMemory<byte>> messages = [];
        int answered = 0;
        while (answered < readings && await _link.ReceiveAsync(messages, late.Token).ConfigureAwait(false))
        {
            foreach (SensorLinkMessage answer in messages.Select(message => SensorLinkMessage.FromUntrusted(message.ToArray())))
            {
                answered += answer switch
                {
                    StoredReadings stored => stored.Numbers.Count,
                    RefusedReading => 1,
                    _ => 0,
                };
                answers.Add(answer);
            }
        }

        return answers;
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
