namespace Sealway.Cloud;

using Sealway.Links;
using Sealway.Log;
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
        catch (LogStoreFullException) when (message is Append)
        {
            // Nothing of it is stored, and that is what the answer says. The gateway keeps it, and asks again by and by.
            await send(gateway.Name, (await desk.HeldAsync(message.Log, ct).ConfigureAwait(false)).ToArray(), ct).ConfigureAwait(false);
        }
        catch (MessageException refused)
        {
            events.Refused(gateway, message?.Log, refused.Reason, null);
        }
    }
}
