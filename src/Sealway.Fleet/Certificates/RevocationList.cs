namespace Sealway.Fleet;

using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>
/// The fleet's CRL (RFC 5280 section 5, version 2) for those who know no registry: brokers, web servers, <c>openssl verify</c>. Sealway's own parts never read it.
/// It lists the certificates of every withdrawn key, of this issuer and not long expired, as the registry says it now.
/// </summary>
internal static class RevocationList
{
    // On at least one list after it has expired (RFC 5280 section 3.3), for clocks that are behind.
    private static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(30);

    /// <summary>Writes the list in PEM.</summary>
    /// <param name="path">Where; the list before it gives the least number of this one.</param>
    /// <param name="issuer">Signs it.</param>
    /// <param name="registry">What counts.</param>
    /// <param name="issued">What was issued.</param>
    /// <param name="now">The time.</param>
    /// <param name="validity">After how long the next is due at the latest.</param>
    /// <returns>How many certificates are on it.</returns>
    internal static int Write(string path, CertificateIssuer issuer, RegistryView registry, IReadOnlyList<IssuedCertificate> issued, DateTimeOffset now, TimeSpan validity)
    {
        CertificateRevocationListBuilder list = new();
        DateTimeOffset next = now + validity;
        int count = 0;
        foreach (IssuedCertificate one in issued)
        {
            if (one.Issuer != issuer.KeyIdentifier || one.NotAfter + KeptAfterExpiry < now || registry.WithdrawalOf(one.Kid) is not { } withdrawal)
            {
                continue;
            }

            DateTimeOffset since = DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(withdrawal.SinceMilliseconds, (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
            if (since > now)
            {
                // Stated ahead: the list that has it must come when it begins to count.
                next = since < next ? since : next;
                continue;
            }

            list.AddEntry(Convert.FromHexString(one.Serial), since, withdrawal.IsRevocation ? X509RevocationReason.PrivilegeWithdrawn : X509RevocationReason.Superseded);
            count++;
        }

        PrivateFile.WritePublic(path, issuer.SignList(list, Number(path, now), now, next));
        return count;
    }

    // Rising also where the list before is lost or the clock went back, as far as either is known.
    private static BigInteger Number(string path, DateTimeOffset now)
    {
        BigInteger number = now.ToUnixTimeMilliseconds();
        if (!File.Exists(path))
        {
            return number;
        }

        try
        {
            _ = CertificateRevocationListBuilder.LoadPem(PrivateFile.ReadPublic(path), out BigInteger last);
            return BigInteger.Max(number, last + 1);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return number;
        }
    }
}
