namespace Sealway.Links;

/// <summary>What a follow request is answered with: bytes, or a refusal.</summary>
public readonly record struct FollowAnswer
{
    private FollowAnswer(ReadOnlyMemory<byte> body, LinkRefusal? reason, string text)
    {
        Body = body;
        Reason = reason;
        Text = text;
    }

    internal ReadOnlyMemory<byte> Body { get; }

    internal LinkRefusal? Reason { get; }

    internal string Text { get; }

    /// <summary>An answer, up to <see cref="LinkLimits.FollowBytes"/> bytes; none when there is nothing to say (HTTP 204).</summary>
    public static FollowAnswer Bytes(ReadOnlyMemory<byte> body) => new(body, null, string.Empty);

    /// <summary>A refusal: <see cref="LinkRefusal.BadRequest"/> and its like become HTTP 400, <see cref="LinkRefusal.Forbidden"/> and its like 403.</summary>
    /// <param name="reason">The named reason; it reaches the peer.</param>
    /// <param name="text">What a person can act on; it reaches the peer too.</param>
    public static FollowAnswer Refuse(LinkRefusal reason, string text) => new(default, reason, text);
}
