namespace Sealway.Fleet;

using System.Security.Cryptography.X509Certificates;

/// <summary>
/// How long a certificate of the fleet lives, counted from its issue. Its notBefore lies before that, for clocks that run behind: by a day, and by no more than
/// its life where that is shorter. So the issue can be read from the two dates alone, and a life of a minute is renewed within that minute.
/// </summary>
/// <param name="Issued">When it was issued.</param>
/// <param name="Expires">When it ends.</param>
public readonly record struct CertificateLife(DateTimeOffset Issued, DateTimeOffset Expires)
{
    /// <summary>The most by which a notBefore lies before the issue.</summary>
    public static readonly TimeSpan MostBackdated = TimeSpan.FromDays(1);

    /// <summary>The life from the issue to the end.</summary>
    public TimeSpan Length => Expires - Issued;

    /// <summary>When it is time to renew: at two thirds.</summary>
    public DateTimeOffset RenewAt => Issued + (Length * 2 / 3);

    /// <summary>When it is late, and is told loudly: one sixth is left.</summary>
    public DateTimeOffset WarnAt => Issued + (Length * 5 / 6);

    /// <summary>Reads it from a certificate that the fleet's issuer made.</summary>
    /// <param name="certificate">The certificate.</param>
    public static CertificateLife Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        DateTimeOffset from = certificate.NotBefore.ToUniversalTime();
        DateTimeOffset to = certificate.NotAfter.ToUniversalTime();
        TimeSpan whole = to - from;
        return new CertificateLife(whole <= MostBackdated * 2 ? from + (whole / 2) : from + MostBackdated, to);
    }

    /// <summary>By how much a certificate of that validity is backdated.</summary>
    internal static TimeSpan Backdated(TimeSpan validity) => validity < MostBackdated ? validity : MostBackdated;
}
