namespace Sealway.Messages.Tests;

/// <summary>Gives a signature that was made before: so that a message can be made again byte for byte from what it says.</summary>
internal sealed class RecordedSigner(PublicKey key, byte[] signature) : ISigner
{
    public PublicKey PublicKey => key;

    public void Sign(ReadOnlySpan<byte> content, Span<byte> destination) => signature.CopyTo(destination);
}
