namespace Sealway.Links;

/// <summary>Answers one follow request. Called for many requests at once.</summary>
/// <param name="peer">Who asks.</param>
/// <param name="body">1 to <see cref="LinkLimits.FollowBytes"/> bytes; with a wait, to <see cref="LinkLimits.LongPollBytes"/>. May be kept.</param>
/// <param name="wait">How long the answer may wait for news; zero for an answer at once.</param>
/// <param name="cancellation">The peer has gone, or the server stops.</param>
public delegate ValueTask<FollowAnswer> FollowHandler(PeerIdentity peer, ReadOnlyMemory<byte> body, TimeSpan wait, CancellationToken cancellation);
