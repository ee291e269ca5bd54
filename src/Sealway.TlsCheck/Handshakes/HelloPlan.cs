namespace Sealway.TlsCheck.Handshakes;

using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>What one ClientHello offers. A null leaves an extension out.</summary>
internal sealed record HelloPlan
{
    /// <summary>The highest version offered; the only one, if it is TLS 1.3.</summary>
    public required ProtocolVersion Version { get; init; }

    /// <summary>The suites, in the order of preference; signals among them.</summary>
    public required IReadOnlyList<ushort> Suites { get; init; }

    /// <summary>The name asked for, or null for none (an address has none).</summary>
    public string? ServerName { get; init; }

    public IReadOnlyList<ushort>? Groups { get; init; }

    public IReadOnlyList<ushort>? Signatures { get; init; } = SignatureSchemes.All;

    /// <summary>Public keys by group, for TLS 1.3.</summary>
    public IReadOnlyList<(ushort Group, byte[] Share)> KeyShares { get; init; } = [];

    /// <summary>All versions in <c>supported_versions</c>; null: only <see cref="Version"/>, and only if that is TLS 1.3.</summary>
    public IReadOnlyList<ushort>? SupportedVersions { get; init; }

    public IReadOnlyList<string>? Alpn { get; init; }

    public bool StatusRequest { get; init; }

    public bool EncryptThenMac { get; init; }

    public bool ExtendedMasterSecret { get; init; }

    public bool Heartbeat { get; init; }

    /// <summary>Offers DEFLATE beside no compression.</summary>
    public bool Deflate { get; init; }

    /// <summary>A ticket to show, or an empty one to ask for one.</summary>
    public byte[]? Ticket { get; init; }

    /// <summary>The body of <c>renegotiation_info</c>; empty in a first handshake.</summary>
    public byte[]? Renegotiation { get; init; } = [];

    public byte[]? Cookie { get; init; }

    /// <summary>A pre-shared key's identity and age; its binder is put in last.</summary>
    public (byte[] Identity, uint Age, int BinderLength)? PreSharedKey { get; init; }

    /// <summary>The session to resume; in TLS 1.3 what the server is to echo. At most 32 bytes.</summary>
    public byte[] SessionId { get; init; } = [];

    /// <summary>32 bytes.</summary>
    public byte[] Random { get; init; } = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
}
