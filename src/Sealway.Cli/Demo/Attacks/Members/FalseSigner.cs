namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>Signs with one key and says that it was another.</summary>
internal sealed class FalseSigner(SigningKey key, PublicKey claimed) : ISigner
{
    public PublicKey PublicKey => claimed;

    public void Sign(ReadOnlySpan<byte> content, Span<byte> signature) => key.Sign(content, signature);
}
