namespace Sealway.Fuzz.Fixtures;

using Sealway.Messages;

/// <summary>Gives a signature that came with a message: so that the message can be made again byte for byte from what it says.</summary>
internal sealed class RecordedSigner(PublicKey key, ReadOnlyMemory<byte> signature) : ISigner
{
    private const int SignatureSize = SigningKey.SignatureSize;

    public PublicKey PublicKey => key;

    /// <summary>The signature of a COSE_Sign1 is its last 64 bytes.</summary>
    public static RecordedSigner Of(PublicKey key, ReadOnlyMemory<byte> sign1) => new(key, sign1[^SignatureSize..]);

    public void Sign(ReadOnlySpan<byte> content, Span<byte> destination) => signature.Span.CopyTo(destination);
}
