namespace Sealway.Links;

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;

/// <summary>This side's TLS key and certificate, and the fleet's authorities that it trusts.</summary>
public sealed class TlsIdentity : IDisposable
{
    private readonly X509Certificate2 _certificate;

    private TlsIdentity(X509Certificate2 certificate, X509Certificate2Collection authorities, PeerIdentity self)
    {
        _certificate = certificate;
        Authorities = authorities;
        Self = self;

        // Offline: nothing is fetched to complete a chain; the peer has the authority's certificate.
        Context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
    }

    /// <summary>Its certificate, for whoever asks for the next one.</summary>
    internal X509Certificate2 Certificate => _certificate;

    /// <summary>What an identity is read from: the key, the certificate, the authorities.</summary>
    internal static IReadOnlyList<string> Files { get; } = ["tls.key", "tls.crt", "ca.crt"];

    /// <summary>Who this side is.</summary>
    public PeerIdentity Self { get; }

    internal X509Certificate2Collection Authorities { get; }

    private bool IsFactory { get; init; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>Loads <c>tls.key</c> (PKCS#8 PEM, encrypted when <paramref name="password"/> is given), <c>tls.crt</c> and <c>ca.crt</c> (one or more PEM certificates).</summary>
    /// <exception cref="LinkException">A file is missing or wrong; the text names it.</exception>
    public static TlsIdentity Load(string folder, ReadOnlySpan<char> password = default)
    {
        char[] key = [];
        try
        {
            TlsFiles.Finish(folder);
            key = File.ReadAllText(Path.Combine(folder, Files[0])).ToCharArray();
            return FromPem(File.ReadAllText(Path.Combine(folder, Files[1])), key, File.ReadAllText(Path.Combine(folder, Files[2])), password);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FleetFileException)
        {
            throw new LinkException(LinkRefusal.NoCertificate, $"the TLS identity in '{folder}' cannot be read: {e.Message}", e);
        }
        finally
        {
            Array.Clear(key);
        }
    }

    /// <summary>Takes the certificate, its key and the authorities' certificates as PEM texts.</summary>
    /// <exception cref="LinkException">They are not PEM, do not belong together, or name no party.</exception>
    public static TlsIdentity FromPem(ReadOnlySpan<char> certificate, ReadOnlySpan<char> key, ReadOnlySpan<char> authorities, ReadOnlySpan<char> password = default)
    {
        X509Certificate2? own = null;
        X509Certificate2Collection trusted = [];
        try
        {
            own = password.IsEmpty ? X509Certificate2.CreateFromPem(certificate, key) : X509Certificate2.CreateFromEncryptedPem(certificate, key, password);
            trusted.ImportFromPem(authorities);
            return From(own, trusted);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            own?.Dispose();
            throw new LinkException(LinkRefusal.NoCertificate, "tls.key, tls.crt and ca.crt do not make an identity: wrong PEM, password, or a key that is not the certificate's", e);
        }
    }

    /// <summary>Takes a certificate that has its private key, and the authorities; both are owned from here on.</summary>
    /// <exception cref="LinkException">The certificate names no party, or there is no authority.</exception>
    public static TlsIdentity From(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(authorities);
        if (!certificate.HasPrivateKey || authorities.Count == 0)
        {
            throw new LinkException(LinkRefusal.NoCertificate, "an identity needs a private key and at least one authority's certificate");
        }

        PeerIdentity self = PartyCertificate.Read(certificate)
            ?? throw new LinkException(LinkRefusal.NotSealway, "tls.crt names no party: it needs one CN, a kid and a role, and a P-256 key");
        return new TlsIdentity(certificate, authorities, self);
    }

    /// <summary>A device's factory certificate, which opens an enrolment server's door and no other; both are owned from here on.</summary>
    /// <param name="certificate">The factory certificate with its private key.</param>
    /// <param name="authorities">The fleet's authorities, by which the server is known.</param>
    /// <param name="self">What the device is called in messages.</param>
    /// <exception cref="LinkException">There is no private key or no authority.</exception>
    internal static TlsIdentity FromFactory(X509Certificate2 certificate, X509Certificate2Collection authorities, PeerIdentity self) =>
        certificate.HasPrivateKey && authorities.Count > 0
            ? new TlsIdentity(certificate, authorities, self) { IsFactory = true }
            : throw new LinkException(LinkRefusal.NoCertificate, "enrolling needs the factory certificate's private key and at least one authority's certificate");

    /// <summary>
    /// What a peer would find wrong with this side's own certificate, or null. A peer that refuses says nothing over TLS 1.3: it closes; so this is how the
    /// refused side learns the likely reason.
    /// </summary>
    /// <param name="asServer">Whether it is to serve or to connect.</param>
    /// <param name="now">The time here.</param>
    public PeerRefusal? Check(bool asServer, DateTimeOffset now)
    {
        if (IsFactory)
        {
            // Not this fleet's by its nature: whether the fleet trusts the factory, the server alone knows.
            return null;
        }

        string purpose = asServer ? PartyCertificate.ServerPurpose : PartyCertificate.ClientPurpose;
        using X509Chain chain = new();
        chain.ChainPolicy = PartyCertificate.ChainPolicy(this, purpose, now);
        chain.Build(_certificate);
        (PeerIdentity? party, PeerRefusal refusal) = PartyCertificate.Judge(_certificate, chain, purpose, now);
        return party is null ? refusal : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _certificate.Dispose();
        foreach (X509Certificate2 authority in Authorities)
        {
            authority.Dispose();
        }
    }
}
