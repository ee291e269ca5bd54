namespace Sealway.Fleet;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;

/// <summary>
/// The factories whose certificates a fleet takes for enrolment, and for nothing else: files <c>NAME.crt</c> in the fleet's folder <c>factories</c>. They are
/// read again when one is asked for, so that a factory is trusted or no longer trusted at once.
/// </summary>
/// <param name="folder">The folder; it need not be there.</param>
public sealed class FactoryAuthorities(string folder)
{
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";
    private const string AnyPurpose = "2.5.29.37.0";

    // A maker's root, an issuer or two below it, the device.
    private const int LongestChain = 4;

    /// <summary>The factories' names, in order.</summary>
    public IReadOnlyList<string> Names => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.crt").Select(file => Path.GetFileNameWithoutExtension(file)!).Where(LogId.IsName).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Trusts a factory, durably.</summary>
    /// <param name="name">What the fleet calls it: 1 to 63 of a–z, 0–9 and -.</param>
    /// <param name="certificate">Its own certificate, in PEM: self-signed, a certificate authority's.</param>
    /// <exception cref="FleetFileException">It is no such certificate, or another factory has that name.</exception>
    public void Trust(string name, string certificate)
    {
        string path = PathOf(name);
        using X509Certificate2 root = Load(path, certificate);
        if (File.Exists(path))
        {
            using X509Certificate2 present = Load(path, PrivateFile.ReadPublic(path));
            if (present.RawDataMemory.Span.SequenceEqual(root.RawDataMemory.Span))
            {
                return;
            }

            throw new FleetFileException(path, "another factory is trusted under this name; choose another name, or remove that file first");
        }

        PrivateFile.CreateFolder(folder);
        PrivateFile.WritePublic(path, root.ExportCertificatePem() + "\n");
    }

    /// <summary>Judges a certificate: of a device that one of the factories made?</summary>
    /// <param name="certificate">What the peer showed.</param>
    /// <param name="sent">What it sent beside it, to build the chain with.</param>
    /// <param name="now">The time.</param>
    /// <returns>The device; or null and why not, in words fit for a log line.</returns>
    public (FactoryIdentity? Device, string Text) Judge(X509Certificate2 certificate, X509Certificate2Collection sent, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        string? nearest = null;
        foreach (string name in Names)
        {
            using X509Certificate2 root = Load(PathOf(name), PrivateFile.ReadPublic(PathOf(name)));
            using X509Chain chain = new();
            chain.ChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationTime = now.UtcDateTime,
            };
            chain.ChainPolicy.CustomTrustStore.Add(root);
            chain.ChainPolicy.ExtraStore.AddRange(sent);
            if (chain.Build(certificate) && chain.ChainElements.Count is > 1 and <= LongestChain)
            {
                return !IsForClients(certificate) ? (null, $"factory {name} issued that certificate for another purpose than to connect with")
                    : FactoryIdentity.Read(name, certificate) is { } device ? (device, "")
                    : (null, $"the certificate is of factory {name}, but its subject has no one serialNumber that tells which device it is");
            }

            X509ChainStatusFlags flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
            nearest = flags == X509ChainStatusFlags.NotTimeValid ? $"the certificate is of factory {name}, but not valid at {now.UtcDateTime:u}, the time here" : nearest;
        }

        return (null, nearest ?? (Names.Count == 0 ? "it is not of this fleet, and the fleet trusts no factory" : $"it is neither of this fleet nor of a factory that it trusts ({string.Join(", ", Names)})"));
    }

    // An IDevID need not state a purpose (IEEE 802.1AR section 8.10); one that does must state this one.
    private static bool IsForClients(X509Certificate2 certificate) =>
        !certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority)
        && certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().All(one => one.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value is ClientPurpose or AnyPurpose));

    private static X509Certificate2 Load(string path, string pem)
    {
        try
        {
            X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
            return certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority) && certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
                ? certificate
                : throw new FleetFileException(path, "it is no self-signed certificate of a certificate authority: take the factory's root, not a device's certificate");
        }
        catch (CryptographicException inner)
        {
            throw new FleetFileException(path, "it holds no certificate in PEM", inner);
        }
    }

    private string PathOf(string name) => LogId.IsName(name)
        ? Path.Combine(folder, $"{name}.crt")
        : throw new FleetFileException(folder, $"\"{name}\" cannot be a factory's name: take 1 to 63 of a-z, 0-9 and -");
}
