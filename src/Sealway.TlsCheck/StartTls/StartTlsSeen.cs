namespace Sealway.TlsCheck.StartTls;

/// <summary>What the plain text before TLS showed.</summary>
internal sealed class StartTlsSeen
{
    /// <summary>Whether the server offered TLS; null before anybody asked.</summary>
    public bool? Offered { get; set; }

    /// <summary>Whether the server says that it goes on only with TLS (XMPP's <c>required</c>).</summary>
    public bool? Required { get; set; }

    /// <summary>Whether the server sent plain text behind its consent, which a client could take for something said within TLS.</summary>
    public bool TrailingPlaintext { get; set; }
}
