namespace Sealway.TlsCheck.Handshakes;

using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>The server's ephemeral key of TLS 1.0 to 1.2, and its signature (RFC 5246 section 7.4.3, RFC 8422 section 5.4).</summary>
internal sealed class ServerKeyExchange
{
    private const byte NamedCurve = 3;
    private const int MostPrime = 2_048;

    /// <summary>The elliptic curve, or null.</summary>
    public ushort? Group { get; private init; }

    /// <summary>The prime of finite fields, or null.</summary>
    public byte[]? Prime { get; private init; }

    public byte[]? Generator { get; private init; }

    /// <summary>The server's public key.</summary>
    public byte[] Public { get; private init; } = [];

    /// <summary>What is signed behind both randoms.</summary>
    public byte[] Signed { get; private init; } = [];

    /// <summary>The scheme; -1 before TLS 1.2; null if it is not signed.</summary>
    public int? Scheme { get; private init; }

    public byte[] Signature { get; private init; } = [];

    /// <summary>Reads it; null for key exchanges that are not looked into (pre-shared keys, export RSA).</summary>
    /// <exception cref="MalformedException">It does not fit.</exception>
    public static ServerKeyExchange? Read(ReadOnlySpan<byte> body, CipherSuite suite, ProtocolVersion version)
    {
        string kx = suite.KeyExchange;
        if (kx.Contains("PSK", StringComparison.Ordinal) || !(kx.StartsWith("ECDH", StringComparison.Ordinal) || kx.StartsWith("DH", StringComparison.Ordinal)))
        {
            return null;
        }

        WireReader reader = new(body);
        ushort? group = null;
        byte[]? prime = null;
        byte[]? generator = null;
        byte[] key;
        if (kx.StartsWith("ECDH", StringComparison.Ordinal))
        {
            if (reader.Byte() != NamedCurve)
            {
                throw new MalformedException("a curve without a name");
            }

            group = reader.Short();
            key = reader.Vector8().ToArray();
        }
        else
        {
            prime = Number(reader.Vector16());
            generator = Number(reader.Vector16());
            key = Number(reader.Vector16());
            if (prime.Length is 0 or > MostPrime || generator.Length == 0 || key.Length == 0)
            {
                throw new MalformedException($"a Diffie-Hellman prime of {prime.Length} bytes");
            }
        }

        byte[] signed = body[..^reader.Left].ToArray();
        if (suite.Anonymous)
        {
            reader.RequireEnd("ServerKeyExchange");
            return new ServerKeyExchange { Group = group, Prime = prime, Generator = generator, Public = key, Signed = signed };
        }

        int scheme = version >= ProtocolVersion.Tls12 ? reader.Short() : -1;
        byte[] signature = reader.Vector16().ToArray();
        reader.RequireEnd("ServerKeyExchange");
        return new ServerKeyExchange { Group = group, Prime = prime, Generator = generator, Public = key, Signed = signed, Scheme = scheme, Signature = signature };
    }

    private static byte[] Number(ReadOnlySpan<byte> bytes) => bytes.TrimStart((byte)0).ToArray();
}
