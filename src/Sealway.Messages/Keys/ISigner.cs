namespace Sealway.Messages;

/// <summary>Signs with a key that may lie in a secure element: only the public half need be seen.</summary>
public interface ISigner
{
    /// <summary>The public half.</summary>
    PublicKey PublicKey { get; }

    /// <summary>Writes the ES256 signature (64 bytes: r, then s with s ≤ n/2) of <paramref name="content"/>. Safe for concurrent use.</summary>
    void Sign(ReadOnlySpan<byte> content, Span<byte> signature);
}
