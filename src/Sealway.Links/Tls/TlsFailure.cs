namespace Sealway.Links;

using System.Security.Authentication;

/// <summary>Names a failed handshake that never came to a certificate, from the TLS library's error or the peer's alert (RFC 8446 section 6.2).</summary>
internal static class TlsFailure
{
    // OpenSSL packs library and reason into a code; reasons from 1000 on are alerts that the peer sent, 1000 + the alert's number.
    private const int ReasonMask = 0x7F_FFFF;
    private const int FirstAlert = 1000;
    private const int LastAlert = FirstAlert + 255;
    private const int BadExtension = 110;
    private const int BadKeyShare = 108;
    private const int BadSignature = 123;
    private const int DecryptionFailed = 147;
    private const int DigestCheckFailed = 149;
    private const int ExcessiveMessage = 152;
    private const int RecordTooBig = 198;
    private const int BadRecord = 281;
    private const int WrongSignatureType = 370;
    private const int InappropriateFallback = 373;
    private const int NoSharedCipher = 193;
    private const int NoSuitableKeyShare = 101;
    private const int UnsupportedProtocol = 258;
    private const int NoProtocolsAvailable = 191;
    private const int UnsupportedSslVersion = 259;
    private const int VersionTooLow = 396;

    /// <summary>The alert that the peer sent, if one is behind a failure; null if none is.</summary>
    internal static LinkException? Alert(Exception? failure) => Reason(failure) is >= FirstAlert and <= LastAlert and var reason ? Alert(reason - FirstAlert, failure!) : null;

    /// <summary>What a handshake failed of.</summary>
    /// <param name="failure">What the platform threw.</param>
    /// <param name="heard">Whether anything came from the peer.</param>
    internal static LinkException Name(Exception failure, bool heard)
    {
        if (Reason(failure) is { } reason)
        {
            return reason switch
            {
                UnsupportedProtocol or NoProtocolsAvailable or UnsupportedSslVersion or VersionTooLow => Version(failure),
                >= FirstAlert and <= LastAlert => Alert(reason - FirstAlert, failure),
                BadSignature or DigestCheckFailed or BadRecord or DecryptionFailed or WrongSignatureType or BadKeyShare or BadExtension => Broken(failure),
                InappropriateFallback => new LinkException(LinkRefusal.BadHandshake, "somebody on the way talked the two sides down to an older TLS version", failure),
                ExcessiveMessage or RecordTooBig => new LinkException(LinkRefusal.WrongLength, "a message of the peer's TLS handshake is longer than any may be", failure),
                NoSharedCipher or NoSuitableKeyShare => Suite(failure),
                _ => new LinkException(LinkRefusal.NotTls, "the TLS handshake failed: the peer does not speak TLS, or not as it should", failure),
            };
        }

        return failure is IOException or AuthenticationException
            ? new LinkException(LinkRefusal.NotTls, heard ? "the peer broke off inside the TLS handshake" : "the peer closed the connection before it sent a byte", failure)
            : new LinkException(LinkRefusal.Failed, "the TLS handshake failed here", failure);
    }

    private static LinkException Version(Exception inner) => new(LinkRefusal.WrongVersion, "the two sides have no TLS version in common; Sealway's parts speak TLS 1.3 only", inner);

    private static int? Reason(Exception? failure)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e.GetType().Name == "OpenSslCryptographicException")
            {
                return e.HResult & ReasonMask;
            }
        }

        return null;
    }

    private static LinkException Broken(Exception inner) => new(
        LinkRefusal.BadHandshake, "the peer's TLS handshake is forged or was changed on the way: a signature or checksum in it is wrong, so that it does not have its certificate's key, or is not the one who was meant", inner);

    private static LinkException Suite(Exception inner) => new(LinkRefusal.NoCommonSuite, "the two sides have no TLS cipher suite or key exchange group in common", inner);

    private static LinkException Alert(int alert, Exception inner) => alert switch
    {
        70 => Version(inner),
        44 => new LinkException(LinkRefusal.Revoked, "the peer says that this side's certificate was revoked", inner),
        45 => new LinkException(LinkRefusal.Expired, "the peer says that this side's certificate has expired", inner),
        20 or 47 or 50 or 51 or 109 => new LinkException(LinkRefusal.BadHandshake, $"the peer says that this side's TLS handshake is forged or was changed on the way (alert {alert})", inner),
        40 or 71 => new LinkException(LinkRefusal.NoCommonSuite, $"the peer says that the two sides have no TLS cipher suite, key exchange group or signature in common (alert {alert})", inner),
        42 or 43 or 46 => new LinkException(LinkRefusal.RefusedByPeer, $"the peer says that this side's certificate will not do (alert {alert})", inner),
        86 => new LinkException(LinkRefusal.BadHandshake, "the peer says that somebody on the way talked the two sides down to an older TLS version", inner),
        48 => new LinkException(LinkRefusal.Untrusted, "the peer does not know the authority of this side's certificate", inner),
        116 => new LinkException(LinkRefusal.NoCertificate, "the peer asks for a certificate", inner),
        _ => new LinkException(LinkRefusal.RefusedByPeer, $"the peer ended the TLS handshake (alert {alert})", inner),
    };
}
