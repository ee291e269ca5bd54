namespace Sealway.TlsCheck.StartTls;

/// <summary>What is spoken in plain text before TLS begins.</summary>
internal enum StartTlsProtocol
{
    /// <summary>Nothing: TLS from the first byte.</summary>
    None,

    /// <summary>SMTP (RFC 3207).</summary>
    Smtp,

    /// <summary>XMPP between client and server (RFC 6120 section 5).</summary>
    Xmpp,
}
