namespace Sealway.Links;

using System.Security.Authentication;

/// <summary>Names a failed handshake that never came to a certificate, from the TLS library's error or the peer's alert (RFC 8446 section 6.2).</summary>
internal static class TlsFailure
{
    // OpenSSL packs library and reason into a code; reasons from 1000 on are alerts that the peer sent, 1000 + the alert's number.
    private const int ReasonMask = 0x7F_FFFF;
    private const int FirstAlert = 1000;
    private const int LastAlert = FirstAlert + 255;
    private const int NoSharedCipher = 193;
    private const int NoSuitableKeyShare = 101;
    private const int UnsupportedProtocol = 258;
    private const int NoProtocolsAvailable = 191;
    private const int UnsupportedSslVersion = 259;

    internal static LinkException Name(Exception failure)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e.GetType().Name != "OpenSslCryptographicException")
            {
                continue;
            }

            int reason = e.HResult & ReasonMask;
            return reason switch
            {
                UnsupportedProtocol or NoProtocolsAvailable or UnsupportedSslVersion => Version(failure),
                >= FirstAlert and <= LastAlert => Alert(reason - FirstAlert, failure),
                NoSharedCipher or NoSuitableKeyShare => Suite(failure),
                _ => new LinkException(LinkRefusal.NotTls, "the TLS handshake failed: the peer does not speak TLS, or not as it should", failure),
            };
        }

        return failure is IOException or AuthenticationException
            ? new LinkException(LinkRefusal.NotTls, "the peer broke off inside the TLS handshake", failure)
            : new LinkException(LinkRefusal.Failed, "the TLS handshake failed here", failure);
    }

    private static LinkException Version(Exception inner) => new(LinkRefusal.WrongVersion, "the two sides have no TLS version in common; Sealway's parts speak TLS 1.3 only", inner);

    private static LinkException Suite(Exception inner) => new(LinkRefusal.NoCommonSuite, "the two sides have no TLS cipher suite or key exchange group in common", inner);

    private static LinkException Alert(int alert, Exception inner) => alert switch
    {
        70 => Version(inner),
        44 => new LinkException(LinkRefusal.Revoked, "the peer says that this side's certificate was revoked", inner),
        45 => new LinkException(LinkRefusal.Expired, "the peer says that this side's certificate has expired", inner),
        48 => new LinkException(LinkRefusal.Untrusted, "the peer does not know the authority of this side's certificate", inner),
        116 => new LinkException(LinkRefusal.NoCertificate, "the peer asks for a certificate", inner),
        _ => new LinkException(LinkRefusal.RefusedByPeer, $"the peer ended the TLS handshake (alert {alert})", inner),
    };
}
