namespace Sealway.Links;

/// <summary>Why a party whose certificate is in order is refused all the same.</summary>
/// <param name="Reason">The named reason, such as <see cref="LinkRefusal.Revoked"/>.</param>
/// <param name="Text">What a person can act on.</param>
public readonly record struct PeerRefusal(LinkRefusal Reason, string Text);
