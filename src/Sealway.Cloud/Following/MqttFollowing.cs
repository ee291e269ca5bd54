namespace Sealway.Cloud;

using Sealway.Links;
using Sealway.Messages;

/// <summary>Brings gateways' messages from MQTT to the follow desk, and its answers back. One message is one payload.</summary>
internal sealed class MqttFollowing(FollowDesk desk, IFollowEvents events, Func<string, ReadOnlyMemory<byte>, CancellationToken, ValueTask<bool>> send)
{
    /// <summary>Takes a message; what is refused is told of and gets no answer: the gateway asks where it stands when none comes.</summary>
    /// <exception cref="IOException">The disk failed: the gateway is dropped, and begins again from what is really stored.</exception>
    public async ValueTask ReceiveAsync(PeerIdentity gateway, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        FollowMessage? message = null;
        try
        {
            message = FollowMessage.FromUntrusted(payload);
            if (await desk.AnswerAsync(gateway, message, ct).ConfigureAwait(false) is { } answer)
            {
                await send(gateway.Name, answer.ToArray(), ct).ConfigureAwait(false);
            }
        }
        catch (MessageException refused)
        {
            events.Refused(gateway, message?.Log, refused.Reason, null);
        }
    }
}
