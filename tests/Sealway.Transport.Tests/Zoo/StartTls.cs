namespace Sealway.Transport.Tests;

/// <summary>A protocol that begins in plain text and changes to TLS.</summary>
internal enum StartTls
{
    Smtp,
    Xmpp,
}
