namespace Sealway.Transport.Tests;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>The zoo's authority with its intermediate, and the certificates of its servers, made anew for each run and written as the servers read them: <c>Kind.crt</c> holds what is sent, the leaf first.</summary>
internal sealed class ZooCertificates
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    private readonly string _folder;

    private ZooCertificates(string folder)
    {
        _folder = folder;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 root = Root(rootKey, now);
        using ECDsa issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 issuer = Intermediate(issuerKey, root, rootKey, now);
        X509SignatureGenerator byIssuer = X509SignatureGenerator.CreateForECDsa(issuerKey);
        File.WriteAllText(AuthorityFile, root.ExportCertificatePem() + "\n");
        File.WriteAllText(Path.Combine(folder, "intermediate.crt"), issuer.ExportCertificatePem() + "\n");

        Elliptic(CertificateKind.Good, now, issuer, byIssuer);
        Elliptic(CertificateKind.Expired, now, issuer, byIssuer);
        Elliptic(CertificateKind.NotYetValid, now, issuer, byIssuer);
        Elliptic(CertificateKind.WrongName, now, issuer, byIssuer);
        Elliptic(CertificateKind.IncompleteChain, now, issuer, byIssuer);
        Elliptic(CertificateKind.SelfSigned, now, issuer, byIssuer);
        using RSA rsa = RSA.Create(2048);
        Write(CertificateKind.GoodRsa, rsa, Leaf(CertificateKind.GoodRsa, Request(CertificateKind.GoodRsa, rsa, HashAlgorithmName.SHA256), now, issuer.SubjectName, byIssuer), issuer);

        // A weak certificate needs a weak issuer: SHA-1 with RSA cannot be signed by a P-256 key.
        using RSA weakRootKey = RSA.Create(2048);
        using X509Certificate2 weakRoot = Root(weakRootKey, now);
        File.AppendAllText(AuthorityFile, weakRoot.ExportCertificatePem() + "\n");
        using RSA weak = RSA.Create(1024);
        CertificateRequest request = Request(CertificateKind.Weak, weak, HashAlgorithmName.SHA1);
        Write(CertificateKind.Weak, weak, Leaf(CertificateKind.Weak, request, now, weakRoot.SubjectName, new Sha1Signer(weakRootKey)), null);
    }

    /// <summary>The authorities that a client trusts.</summary>
    public string AuthorityFile => Path.Combine(_folder, "authorities.crt");

    /// <summary>Makes them all.</summary>
    public static ZooCertificates Make(string folder) => new(folder);

    /// <summary>What a server of that kind sends.</summary>
    public string ChainFile(CertificateKind kind) => Path.Combine(_folder, $"{kind}.crt");

    /// <summary>What a server of that kind sends behind its leaf; null: nothing.</summary>
    public string? IntermediateFile(CertificateKind kind) => kind is CertificateKind.SelfSigned or CertificateKind.IncompleteChain or CertificateKind.Weak ? null : Path.Combine(_folder, "intermediate.crt");

    /// <summary>Its private key.</summary>
    public string KeyFile(CertificateKind kind) => Path.Combine(_folder, $"{kind}.key");

    private static X509Certificate2 Root(AsymmetricAlgorithm key, DateTimeOffset now)
    {
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest("CN=Zoo Weak Root", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=Zoo Root", (ECDsa)key, HashAlgorithmName.SHA256);
        Authority(request);
        return request.CreateSelfSigned(now.AddDays(-400), now.AddDays(3650));
    }

    private static X509Certificate2 Intermediate(ECDsa key, X509Certificate2 root, ECDsa rootKey, DateTimeOffset now)
    {
        CertificateRequest request = new("CN=Zoo Intermediate", key, HashAlgorithmName.SHA256);
        Authority(request);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), now.AddDays(-399), now.AddDays(1800), Serial());
    }

    private static void Authority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    private static CertificateRequest Request(CertificateKind kind, AsymmetricAlgorithm key, HashAlgorithmName hash)
    {
        bool elsewhere = kind == CertificateKind.WrongName;
        string name = elsewhere ? "CN=elsewhere.example" : "CN=localhost";
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest(name, rsa, hash, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, hash);
        SubjectAlternativeNameBuilder names = new();
        if (elsewhere)
        {
            names.AddDnsName("elsewhere.example");
        }
        else
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));

        // Key encipherment: key exchange by RSA alone needs it.
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | (key is RSA ? X509KeyUsageFlags.KeyEncipherment : 0), critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerPurpose)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static X509Certificate2 Leaf(CertificateKind kind, CertificateRequest request, DateTimeOffset now, X500DistinguishedName issuer, X509SignatureGenerator by)
    {
        (int from, int to) = kind switch
        {
            CertificateKind.Expired => (-90, -1),
            CertificateKind.NotYetValid => (1, 90),
            _ => (-1, 89),
        };
        return request.Create(issuer, by, now.AddDays(from), now.AddDays(to), Serial());
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    private void Elliptic(CertificateKind kind, DateTimeOffset now, X509Certificate2 issuer, X509SignatureGenerator byIssuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(kind, key, HashAlgorithmName.SHA256);
        X509Certificate2 leaf = kind == CertificateKind.SelfSigned
            ? Leaf(kind, request, now, request.SubjectName, X509SignatureGenerator.CreateForECDsa(key))
            : Leaf(kind, request, now, issuer.SubjectName, byIssuer);
        Write(kind, key, leaf, kind is CertificateKind.SelfSigned or CertificateKind.IncompleteChain ? null : issuer);
    }

    private void Write(CertificateKind kind, AsymmetricAlgorithm key, X509Certificate2 leaf, X509Certificate2? issuer)
    {
        using (leaf)
        {
            File.WriteAllText(ChainFile(kind), leaf.ExportCertificatePem() + "\n" + (issuer is null ? "" : issuer.ExportCertificatePem() + "\n"));
        }

        File.WriteAllText(KeyFile(kind), key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
