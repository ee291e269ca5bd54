namespace Sealway.TlsCheck.Wire;

/// <summary>What the versions are called, and all there are.</summary>
internal static class ProtocolVersions
{
    /// <summary>Oldest first.</summary>
    public static IReadOnlyList<ProtocolVersion> All { get; } =
        [ProtocolVersion.Ssl2, ProtocolVersion.Ssl3, ProtocolVersion.Tls10, ProtocolVersion.Tls11, ProtocolVersion.Tls12, ProtocolVersion.Tls13];

    /// <summary>As people write it: <c>TLS 1.2</c>.</summary>
    public static string Name(this ProtocolVersion version) => version switch
    {
        ProtocolVersion.Ssl2 => "SSL 2",
        ProtocolVersion.Ssl3 => "SSL 3",
        ProtocolVersion.Tls10 => "TLS 1.0",
        ProtocolVersion.Tls11 => "TLS 1.1",
        ProtocolVersion.Tls12 => "TLS 1.2",
        ProtocolVersion.Tls13 => "TLS 1.3",
        _ => $"0x{(ushort)version:X4}",
    };
}
