namespace Sealway.Fleet;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>
/// A party with its private keys, as its folder holds them: <c>signing.key</c>, <c>tls.key</c>, <c>tls.crt</c>,
/// <c>agreement.key</c> (gateways and apps), <c>authority.pub</c> (the pin), <c>ca.crt</c>, <c>party.json</c>. Keys are
/// PKCS#8 in PEM, readable by their owner alone, encrypted where a passphrase was given. Dispose erases the keys.
/// </summary>
public sealed class Identity : IDisposable
{
    internal const string SigningFile = "signing.key";
    internal const string AgreementFile = "agreement.key";
    internal const string TlsKeyFile = "tls.key";
    internal const string TlsCertificateFile = "tls.crt";
    internal const string AuthorityFile = "authority.pub";
    internal const string CaFile = "ca.crt";

    /// <summary>Takes a party's keys; they are owned from here on.</summary>
    /// <param name="name">The enrolled name.</param>
    /// <param name="role">The role.</param>
    /// <param name="fleet">The name of the fleet's authority, and so of the registry's log.</param>
    /// <param name="signing">The signing key.</param>
    /// <param name="agreement">The HPKE key, or null.</param>
    /// <param name="certificate">The TLS certificate with its private key.</param>
    /// <param name="ca">The certificate that issued it.</param>
    /// <param name="authority">The pinned key of the fleet's authority.</param>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public Identity(string name, Role role, string fleet, SigningKey signing, AgreementKey? agreement, X509Certificate2 certificate, X509Certificate2 ca, PublicKey authority)
    {
        ArgumentNullException.ThrowIfNull(signing);
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(ca);
        ArgumentNullException.ThrowIfNull(authority);
        if (!certificate.HasPrivateKey)
        {
            throw new ArgumentException("the TLS certificate has no private key", nameof(certificate));
        }

        Name = name;
        Role = role;
        Fleet = fleet;
        Signing = signing;
        Agreement = agreement;
        Certificate = certificate;
        Ca = ca;
        Authority = authority;
    }

    /// <summary>The enrolled name.</summary>
    public string Name { get; }

    /// <summary>The role.</summary>
    public Role Role { get; }

    /// <summary>The name of the fleet's authority.</summary>
    public string Fleet { get; }

    /// <summary>The registry's log.</summary>
    public LogId RegistryLog => new(Fleet, 0);

    /// <summary>The signing key's short name.</summary>
    public Kid Kid => Signing.PublicKey.Kid;

    /// <summary>The signing key.</summary>
    public SigningKey Signing { get; }

    /// <summary>The HPKE key, or null.</summary>
    public AgreementKey? Agreement { get; private set; }

    /// <summary>The TLS certificate with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate that issues the fleet's TLS certificates.</summary>
    public X509Certificate2 Ca { get; }

    /// <summary>The pinned key of the fleet's authority.</summary>
    public PublicKey Authority { get; }

    /// <summary>Reads a party's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="passphrase">What the keys are locked with; the caller erases it. Ignored for keys that are not locked.</param>
    /// <exception cref="FleetFileException">A file is missing, wrong, readable by others, or does not fit the others; the text says what mends it.</exception>
    public static Identity Load(string folder, ReadOnlySpan<char> passphrase = default)
    {
        PartyFile party = PartyFile.Load(folder);
        TlsFiles.Finish(folder);
        SigningKey? signing = null;
        AgreementKey? agreement = null;
        X509Certificate2? certificate = null;
        X509Certificate2? ca = null;
        try
        {
            signing = KeyPem.LoadSigning(Path.Combine(folder, SigningFile), passphrase);
            if (signing.PublicKey.Kid != party.Kid)
            {
                throw new FleetFileException(Path.Combine(folder, SigningFile), $"it is not the key {party.Kid} that {PartyFile.FileName} names: files of two parties are mixed");
            }

            string agreementPath = Path.Combine(folder, AgreementFile);
            agreement = File.Exists(agreementPath) ? KeyPem.LoadAgreement(agreementPath, passphrase) : null;
            certificate = LoadCertificate(folder, party, passphrase);
            ca = CertificateFrom(Path.Combine(folder, CaFile));
            return new Identity(party.Name, party.Role, party.Fleet, signing, agreement, certificate, ca, LoadAuthority(Path.Combine(folder, AuthorityFile)));
        }
        catch
        {
            signing?.Dispose();
            agreement?.Dispose();
            certificate?.Dispose();
            ca?.Dispose();
            throw;
        }
    }

    /// <summary>Writes the party's folder, which is made with mode 0700 where it is missing; <c>party.json</c> comes last, so that a folder that has it is whole.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="passphrase">Locks the private keys; empty: they are not locked. The caller erases it.</param>
    /// <exception cref="FleetFileException">A file cannot be written.</exception>
    public void Save(string folder, ReadOnlySpan<char> passphrase = default)
    {
        PrivateFile.CreateFolder(folder);
        PrivateFile.Write(Path.Combine(folder, SigningFile), Signing.ToPem(passphrase));
        if (Agreement is not null)
        {
            PrivateFile.Write(Path.Combine(folder, AgreementFile), Agreement.ToPem(passphrase));
        }

        using (ECDsa key = Certificate.GetECDsaPrivateKey()!)
        {
            KeyPem.Save(Path.Combine(folder, TlsKeyFile), key, passphrase);
        }

        PrivateFile.WritePublic(Path.Combine(folder, TlsCertificateFile), Certificate.ExportCertificatePem() + "\n");
        PrivateFile.WritePublic(Path.Combine(folder, CaFile), Ca.ExportCertificatePem() + "\n");
        PrivateFile.WritePublic(Path.Combine(folder, AuthorityFile), Authority.ToPem() + "\n");
        new PartyFile(Name, Role, Kid, Fleet).Save(folder);
    }

    /// <summary>Puts another HPKE key in the place of this one, in memory alone; the old one is erased.</summary>
    /// <param name="next">The other; owned from here on.</param>
    /// <remarks>For one thread: nobody may be using the old one.</remarks>
    public void Replace(AgreementKey next)
    {
        ArgumentNullException.ThrowIfNull(next);
        AgreementKey? old = Agreement;
        Agreement = next;
        old?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Signing.Dispose();
        Agreement?.Dispose();
        Certificate.Dispose();
        Ca.Dispose();
    }

    internal static PublicKey LoadAuthority(string path)
    {
        try
        {
            return PublicKey.FromPem(PrivateFile.ReadPublic(path), KeyUse.Sign);
        }
        catch (MessageException inner)
        {
            throw new FleetFileException(path, "it holds no P-256 public key in PEM", inner);
        }
    }

    internal static X509Certificate2 CertificateFrom(string path)
    {
        string pem = PrivateFile.ReadPublic(path);
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException inner)
        {
            throw new FleetFileException(path, "it holds no certificate in PEM", inner);
        }
    }

    private static X509Certificate2 LoadCertificate(string folder, PartyFile party, ReadOnlySpan<char> passphrase)
    {
        string path = Path.Combine(folder, TlsCertificateFile);
        using X509Certificate2 alone = CertificateFrom(path);
        if (alone.GetNameInfo(X509NameType.SimpleName, forIssuer: false) != party.Name)
        {
            throw new FleetFileException(path, $"it is not the certificate of {party.Name}: files of two parties are mixed");
        }

        using ECDsa key = KeyPem.LoadEcdsa(Path.Combine(folder, TlsKeyFile), passphrase);
        try
        {
            return alone.CopyWithPrivateKey(key);
        }
        catch (ArgumentException inner)
        {
            throw new FleetFileException(path, $"it does not belong to {TlsKeyFile}", inner);
        }
    }
}
