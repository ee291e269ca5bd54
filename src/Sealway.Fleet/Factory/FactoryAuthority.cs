namespace Sealway.Fleet;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;

/// <summary>A factory's own certificate authority, which says of each device who made it and which one it is (IEEE 802.1AR); no fleet, and good for nothing but enrolling in one that trusts it.</summary>
public sealed class FactoryAuthority : IDisposable
{
    internal const string KeyFile = "factory-ca.key";

    /// <summary>Its certificate, which fleets are to trust.</summary>
    public const string CertificateFile = "factory-ca.crt";

    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";
    private const string SerialNumber = "2.5.4.5";

    // As long as the hardware may live: a device cannot go back to the factory to renew.
    private static readonly TimeSpan _validity = TimeSpan.FromDays(30 * 365);

    private readonly ECDsa _key;
    private readonly TimeProvider _time;

    private FactoryAuthority(ECDsa key, X509Certificate2 certificate, TimeProvider time)
    {
        _key = key;
        Certificate = certificate;
        _time = time;
    }

    /// <summary>Its own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Makes a factory's key and certificate in its folder.</summary>
    /// <param name="name">What the factory is called, in the certificate.</param>
    /// <param name="folder">The factory's folder; made where it is missing.</param>
    /// <param name="passphrase">Locks the key; empty: it is not locked. The caller erases it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FleetFileException">There is a factory in the folder already, or it cannot be written.</exception>
    public static FactoryAuthority Create(string name, string folder, ReadOnlySpan<char> passphrase, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(time);
        if (File.Exists(Path.Combine(folder, CertificateFile)))
        {
            throw new FleetFileException(folder, "there is a factory already; its key makes every device's certificate and is not replaced");
        }

        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            X500DistinguishedNameBuilder subject = new();
            subject.AddCommonName($"{name} factory");
            CertificateRequest request = new(subject.Build(), key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            DateTimeOffset now = time.GetUtcNow();
            X509Certificate2 certificate = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - CertificateLife.MostBackdated, now + _validity, Serial());
            PrivateFile.CreateFolder(folder);
            KeyPem.Save(Path.Combine(folder, KeyFile), key, passphrase);
            PrivateFile.WritePublic(Path.Combine(folder, CertificateFile), certificate.ExportCertificatePem() + "\n");
            return new FactoryAuthority(key, certificate, time);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Opens a factory's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="passphrase">What the key is locked with; the caller erases it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FleetFileException">A file is missing or wrong, or they do not belong together.</exception>
    public static FactoryAuthority Open(string folder, ReadOnlySpan<char> passphrase, TimeProvider time)
    {
        string path = Path.Combine(folder, CertificateFile);
        X509Certificate2 certificate = Identity.CertificateFrom(path);
        ECDsa? key = null;
        try
        {
            key = KeyPem.LoadEcdsa(Path.Combine(folder, KeyFile), passphrase);
            return certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
                ? new FactoryAuthority(key, certificate, time)
                : throw new FleetFileException(path, $"it does not belong to {KeyFile}");
        }
        catch
        {
            certificate.Dispose();
            key?.Dispose();
            throw;
        }
    }

    /// <summary>Issues a device's factory certificate: its serial number in the subject, its signing key in the alternative names.</summary>
    /// <param name="key">The device's key for enrolling; only its public half is used.</param>
    /// <param name="serial">The serial number.</param>
    /// <param name="kid">The signing key.</param>
    public X509Certificate2 Issue(ECDsa key, string serial, Kid kid)
    {
        X500DistinguishedNameBuilder subject = new();
        subject.Add(SerialNumber, serial, System.Formats.Asn1.UniversalTagNumber.PrintableString);
        CertificateRequest request = new(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientPurpose)], critical: false));
        SubjectAlternativeNameBuilder names = new();
        names.AddUri(new Uri($"urn:sealway:kid:{kid}"));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), Later(_time.GetUtcNow() - CertificateLife.MostBackdated, Certificate.NotBefore), Certificate.NotAfter, Serial());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    // 126 random bits in a positive number of 16 bytes (RFC 5280 section 4.1.2.2).
    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
