namespace Sealway.TlsCheck.Wire;

/// <summary>The kinds of handshake message (RFC 8446 section 4, RFC 5246 section 7.4).</summary>
internal enum HandshakeType : byte
{
    HelloRequest = 0,
    ClientHello = 1,
    ServerHello = 2,
    NewSessionTicket = 4,
    EncryptedExtensions = 8,
    Certificate = 11,
    ServerKeyExchange = 12,
    CertificateRequest = 13,
    ServerHelloDone = 14,
    CertificateVerify = 15,
    ClientKeyExchange = 16,
    Finished = 20,
    CertificateStatus = 22,
    CompressedCertificate = 25,
    MessageHash = 254,
}
