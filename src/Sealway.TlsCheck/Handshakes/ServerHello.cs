namespace Sealway.TlsCheck.Handshakes;

using Sealway.TlsCheck.Wire;

/// <summary>A ServerHello or HelloRetryRequest (RFC 8446 section 4.1.3).</summary>
internal sealed class ServerHello
{
    // SHA-256 of "HelloRetryRequest".
    private static readonly byte[] RetryRandom = Convert.FromHexString("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");

    private ServerHello(ushort legacyVersion, byte[] random, byte[] sessionId, ushort suite, byte compression, Extensions extensions)
    {
        LegacyVersion = legacyVersion;
        Random = random;
        SessionId = sessionId;
        Suite = suite;
        Compression = compression;
        Extensions = extensions;
        ushort chosen = legacyVersion;
        if (extensions.Body(ExtensionType.SupportedVersions) is { } body)
        {
            WireReader reader = new(body);
            chosen = reader.Short();
            reader.RequireEnd("supported_versions");
        }

        Version = (ProtocolVersion)chosen;
    }

    public ushort LegacyVersion { get; }

    /// <summary>The version that was chosen, wherever it stands.</summary>
    public ProtocolVersion Version { get; }

    public byte[] Random { get; }

    public byte[] SessionId { get; }

    public ushort Suite { get; }

    public byte Compression { get; }

    public Extensions Extensions { get; }

    /// <summary>Whether it asks for another ClientHello.</summary>
    public bool IsRetry => Version == ProtocolVersion.Tls13 && Random.AsSpan().SequenceEqual(RetryRandom);

    /// <summary>What a server that knows newer versions writes at the end of its random when it is asked for an older one (RFC 8446 section 4.1.3).</summary>
    public ProtocolVersion? Sentinel => Random.AsSpan(24).SequenceEqual("DOWNGRD\u0001"u8) ? ProtocolVersion.Tls12
        : Random.AsSpan(24).SequenceEqual("DOWNGRD\0"u8) ? ProtocolVersion.Tls11
        : null;

    /// <summary>The group of the server's key share, or the one that it asks for; null without one.</summary>
    public ushort? Group
    {
        get
        {
            if (Extensions.Body(ExtensionType.KeyShare) is not { } body)
            {
                return null;
            }

            WireReader reader = new(body);
            return reader.Short();
        }
    }

    /// <summary>The server's public key or ciphertext.</summary>
    /// <exception cref="MalformedException">There is none.</exception>
    public byte[] Share()
    {
        WireReader reader = new(Extensions.Body(ExtensionType.KeyShare) ?? throw new MalformedException("a ServerHello without a key share"));
        reader.Short();
        byte[] share = reader.Vector16().ToArray();
        reader.RequireEnd("key_share");
        return share;
    }

    /// <summary>Reads a message's body.</summary>
    /// <exception cref="MalformedException">Not a ServerHello.</exception>
    public static ServerHello Read(ReadOnlySpan<byte> body)
    {
        WireReader reader = new(body);
        ushort version = reader.Short();
        byte[] random = reader.Take(32).ToArray();
        byte[] session = reader.Vector8().ToArray();
        if (session.Length > 32)
        {
            throw new MalformedException($"a session id of {session.Length} bytes");
        }

        ushort suite = reader.Short();
        byte compression = reader.Byte();
        Extensions extensions = reader.AtEnd ? Extensions.None : Extensions.Read(ref reader);
        reader.RequireEnd("ServerHello");
        return new ServerHello(version, random, session, suite, compression, extensions);
    }
}
