namespace Sealway.Cloud;

using Microsoft.Extensions.Logging;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Brings the requests of registrar, archives and apps from HTTPS to the follow desk: a body is a CBOR sequence of messages, and so is the answer.</summary>
internal sealed class HttpsFollowing(FollowDesk desk, IFollowEvents events, ILogger logger)
{
    /// <summary>Answers a request; a refusal names its reason to the peer.</summary>
    public async ValueTask<FollowAnswer> AnswerAsync(PeerIdentity peer, ReadOnlyMemory<byte> body, TimeSpan wait, CancellationToken ct)
    {
        IReadOnlyList<FollowMessage> messages = [];
        try
        {
            messages = FollowMessage.ReadSequence(body);
            FollowBody.Require(peer.Role, messages);
            return FollowAnswer.Bytes(await desk.AnswerAsync(peer, messages, wait, ct).ConfigureAwait(false));
        }
        catch (MessageException refused)
        {
            events.Refused(peer, messages.Count > 0 ? messages[0].Log : null, refused.Reason, null);
            return FollowAnswer.Refuse(refused.Reason == Refusal.NotAllowed ? LinkRefusal.Forbidden : LinkRefusal.BadRequest, refused.Message);
        }
        catch (IOException e)
        {
            logger.LogError(e, "the disk failed: {Peer} gets no answer", peer);
            return FollowAnswer.Refuse(LinkRefusal.Failed, "the disk failed here; ask again");
        }
    }
}
