namespace Sealway.Fleet;

using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>
/// Issues the fleet's TLS certificates (RFC 5280): ECDSA P-256 with SHA-256, the party's name as common name, its kid and
/// role as SAN URIs. Its own certificate stands in the authority's enrolment, so that the registry's pin covers it.
/// </summary>
public sealed class CertificateIssuer : IDisposable
{
    /// <summary>How long a certificate is valid when nothing else is said.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(2 * 365);

    // A board's clock may run behind by hours before it has heard from anyone; a short-lived certificate's less, see CertificateLife.
    private static readonly TimeSpan Backdated = CertificateLife.MostBackdated;

    // The issuer's own: as long as a fleet's hardware may live.
    private static readonly TimeSpan OwnValidity = TimeSpan.FromDays(30 * 365);

    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key;
    private readonly TimeProvider _time;

    private CertificateIssuer(ECDsa key, X509Certificate2 certificate, TimeProvider time)
    {
        _key = key;
        Certificate = certificate;
        _time = time;
    }

    /// <summary>The issuer's own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Where each certificate is noted before it is handed out; null: nowhere.</summary>
    public IssuedCertificates? Journal { get; set; }

    /// <summary>The URL of the CRL that certificates name (RFC 5280 section 4.2.1.13); null: they name none. Sealway's own parts never fetch it.</summary>
    public Uri? RevocationListAddress { get; set; }

    /// <summary>The subject key identifier, in hexadecimal digits.</summary>
    internal string KeyIdentifier => Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifier?.ToLowerInvariant() ?? "-";

    /// <summary>Makes a new issuer with a self-signed certificate.</summary>
    /// <param name="fleet">The authority's name.</param>
    /// <param name="time">The clock.</param>
    public static CertificateIssuer Create(string fleet, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            CertificateRequest request = new(Name($"{fleet} fleet"), key, HashAlgorithmName.SHA256);

            // It issues parties' certificates and no further issuers.
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            DateTimeOffset now = time.GetUtcNow();
            X509Certificate2 certificate = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - Backdated, now + OwnValidity, Serial());
            return new CertificateIssuer(key, certificate, time);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Reads an issuer's key and certificate.</summary>
    /// <param name="keyPath">The key, PKCS#8 in PEM.</param>
    /// <param name="certificatePath">The certificate in PEM.</param>
    /// <param name="passphrase">What the key is locked with; the caller erases it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FleetFileException">A file is missing, wrong, readable by others, or does not fit the other.</exception>
    public static CertificateIssuer Load(string keyPath, string certificatePath, ReadOnlySpan<char> passphrase, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        X509Certificate2 certificate = Identity.CertificateFrom(certificatePath);
        ECDsa? key = null;
        try
        {
            key = KeyPem.LoadEcdsa(keyPath, passphrase);
            using ECDsa? its = certificate.GetECDsaPublicKey();
            if (its is null || !its.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            {
                throw new FleetFileException(keyPath, $"it is not the key of {certificatePath}");
            }

            return new CertificateIssuer(key, certificate, time);
        }
        catch
        {
            certificate.Dispose();
            key?.Dispose();
            throw;
        }
    }

    /// <summary>Issues a certificate for a key.</summary>
    /// <param name="key">The TLS key; only its public half is used. On P-256.</param>
    /// <param name="subject">Whom it names.</param>
    /// <param name="validity">How long; null for <see cref="DefaultValidity"/>. Never longer than the issuer's own certificate.</param>
    /// <returns>The certificate, without the private key.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.BadKey"/>: not a P-256 key; <see cref="Refusal.WrongText"/>: the name or a host is not one.</exception>
    public X509Certificate2 Issue(ECDsa key, CertificateSubject subject, TimeSpan? validity = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(subject);
        Require(subject);

        // Refuses what is not on P-256.
        PublicKey.FromPem(key.ExportSubjectPublicKeyInfoPem(), KeyUse.Sign);
        CertificateRequest request = new(Name(subject.Name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(Purposes(subject), critical: false));
        request.CertificateExtensions.Add(Names(subject));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (RevocationListAddress is { } address)
        {
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([address.AbsoluteUri]));
        }

        DateTimeOffset now = _time.GetUtcNow();
        TimeSpan life = validity ?? DefaultValidity;
        DateTimeOffset from = Later(now - CertificateLife.Backdated(life), Certificate.NotBefore);
        DateTimeOffset to = Earlier(now + life, Certificate.NotAfter);
        X509Certificate2 issued = request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), from, to, Serial());
        try
        {
            Journal?.Add(issued, subject.Kid);
            return issued;
        }
        catch
        {
            issued.Dispose();
            throw;
        }
    }

    /// <summary>Issues a certificate for a request from outside (PKCS#10, RFC 2986). Of the request only the key counts, whose owner signed it; names and purposes are the caller's.</summary>
    /// <param name="pem">The request in PEM, at most <see cref="Limits.CertificateBytes"/> characters.</param>
    /// <param name="subject">Whom the certificate names.</param>
    /// <param name="validity">How long; null for <see cref="DefaultValidity"/>.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="MessageException">Not such a request, not signed by its key, or not on P-256.</exception>
    public X509Certificate2 IssueForRequest(string pem, CertificateSubject subject, TimeSpan? validity = null)
    {
        ArgumentNullException.ThrowIfNull(pem);
        if (pem.Length > Limits.CertificateBytes)
        {
            throw new MessageException(Refusal.TooLong, "certificate request");
        }

        try
        {
            // Loading verifies the request's signature under its own key.
            CertificateRequest request = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256);
            using ECDsa key = request.PublicKey.GetECDsaPublicKey() ?? throw new MessageException(Refusal.BadKey, "certificate request");
            return Issue(key, subject, validity);
        }
        // The last is what a curve or algorithm that the platform has never heard of is refused with.
        catch (Exception inner) when (inner is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new MessageException(Refusal.Malformed, "certificate request", inner);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    /// <summary>Signs a CRL; in PEM.</summary>
    internal string SignList(CertificateRevocationListBuilder list, BigInteger number, DateTimeOffset now, DateTimeOffset next) => PemEncoding.WriteString(
        "X509 CRL",
        list.Build(
            Certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(_key),
            number,
            next,
            HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()),
            now)) + "\n";

    internal void Save(string keyPath, string certificatePath, ReadOnlySpan<char> passphrase)
    {
        KeyPem.Save(keyPath, _key, passphrase);
        PrivateFile.WritePublic(certificatePath, Certificate.ExportCertificatePem() + "\n");
    }

    private static void Require(CertificateSubject subject)
    {
        if (!LogId.IsName(subject.Name) || (subject.Hosts ?? []).Any(host => Uri.CheckHostName(host) != UriHostNameType.Dns))
        {
            throw new MessageException(Refusal.WrongText, "certificate subject");
        }
    }

    private static OidCollection Purposes(CertificateSubject subject)
    {
        OidCollection purposes = [new Oid(ClientPurpose)];
        if (subject.IsServer)
        {
            purposes.Add(new Oid(ServerPurpose));
        }

        return purposes;
    }

    private static X509Extension Names(CertificateSubject subject)
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddUri(new Uri($"urn:sealway:kid:{subject.Kid}"));
        names.AddUri(new Uri($"urn:sealway:role:{subject.Role.Word()}"));
        if (subject.IsServer)
        {
            foreach (string host in (subject.Hosts ?? []).Prepend("localhost").Distinct(StringComparer.OrdinalIgnoreCase))
            {
                names.AddDnsName(host);
            }

            foreach (IPAddress address in (subject.Addresses ?? []).Prepend(IPAddress.IPv6Loopback).Prepend(IPAddress.Loopback).Distinct())
            {
                names.AddIpAddress(address);
            }
        }

        return names.Build();
    }

    private static X500DistinguishedName Name(string commonName)
    {
        X500DistinguishedNameBuilder name = new();
        name.AddCommonName(commonName);
        return name.Build();
    }

    // 126 random bits in a positive number of 16 bytes (RFC 5280 section 4.1.2.2).
    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
