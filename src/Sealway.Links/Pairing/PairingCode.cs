namespace Sealway.Links;

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

/// <summary>
/// What a gateway shows and a person carries to the app: <c>sealway-pair:HOST:PORT:SPKI-HASH:SECRET</c>. The hash tells
/// the app that it speaks to this gateway and nobody else, the secret tells the gateway that somebody who saw the code asks.
/// </summary>
/// <param name="Address">Where the gateway listens for this pairing.</param>
/// <param name="KeyHash">SHA-256 of the pairing TLS key's SubjectPublicKeyInfo, 32 bytes.</param>
/// <param name="Secret">The one-time secret, 16 random bytes.</param>
public sealed record PairingCode(HostPort Address, ReadOnlyMemory<byte> KeyHash, ReadOnlyMemory<byte> Secret)
{
    /// <summary>Bytes of the secret.</summary>
    public const int SecretSize = 16;

    /// <summary>How long a code is valid.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMinutes(10);

    private const string Scheme = "sealway-pair:";
    private const int LongestText = 512;

    /// <summary>Reads a code.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PairingCode? code)
    {
        code = null;
        text = text?.Trim();
        if (text is not { Length: <= LongestText } || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        string[] parts = text.Split(':');
        if (parts.Length < 5 || !TryHex(parts[^1], SecretSize, out byte[] secret) || !TryHex(parts[^2], SHA256.HashSizeInBytes, out byte[] hash)
            || !HostPort.TryParse(string.Join(':', parts[1..^2]), out HostPort address) || address.Port == 0)
        {
            return false;
        }

        code = new PairingCode(address, hash, secret);
        return true;
    }

    /// <summary>The code as it is shown. It is a secret: not for a log.</summary>
    public string Show() => $"{Scheme}{Address}:{Convert.ToHexStringLower(KeyHash.Span)}:{Convert.ToHexStringLower(Secret.Span)}";

    /// <summary>The address alone: what a log line may say.</summary>
    public override string ToString() => $"{Scheme}{Address}";

    private static bool TryHex(string text, int bytes, out byte[] value)
    {
        value = [];
        if (text.Length != bytes * 2 || !text.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        value = Convert.FromHexString(text);
        return true;
    }
}
