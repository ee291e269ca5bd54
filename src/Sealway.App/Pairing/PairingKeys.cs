namespace Sealway.App;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>The keys of an app that is about to pair: on disk already, enrolled nowhere yet.</summary>
internal sealed class PairingKeys : IDisposable
{
    private static readonly string[] _files = ["signing.key", "agreement.key", "tls.key"];

    private readonly ECDsa _tls;

    private PairingKeys(SigningKey signing, AgreementKey agreement, ECDsa tls)
    {
        Signing = signing;
        Agreement = agreement;
        _tls = tls;
    }

    public SigningKey Signing { get; }

    public AgreementKey Agreement { get; }

    public static PairingKeys Make(string folder, ReadOnlySpan<char> passphrase)
    {
        PairingKeys keys = new(SigningKey.Generate(), AgreementKey.Generate(), ECDsa.Create(ECCurve.NamedCurves.nistP256));
        try
        {
            PrivateFile.Write(Path.Combine(folder, _files[0]), keys.Signing.ToPem(passphrase));
            PrivateFile.Write(Path.Combine(folder, _files[1]), keys.Agreement.ToPem(passphrase));
            PbeParameters encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);
            PrivateFile.Write(
                Path.Combine(folder, _files[2]),
                passphrase.IsEmpty ? keys._tls.ExportPkcs8PrivateKeyPem() : keys._tls.ExportEncryptedPkcs8PrivateKeyPem(passphrase, encryption));
            return keys;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>Takes the keys away again: nobody enrolled them.</summary>
    public static void Remove(string folder)
    {
        foreach (string file in _files.Append(AppFile.FileName))
        {
            File.Delete(Path.Combine(folder, file));
        }
    }

    /// <summary>PKCS#10 in PEM; the gateway takes the key from it and gives the names itself.</summary>
    public string CertificateRequest() => new CertificateRequest("CN=app", _tls, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    /// <summary>The identity that the gateway's answer completes; the caller disposes it. Its signing and HPKE keys are these.</summary>
    /// <exception cref="MessageException">The answer's certificates or keys are not such.</exception>
    public Identity ToIdentity(PairingAnswer answer)
    {
        X509Certificate2? ca = null;
        try
        {
            ca = X509Certificate2.CreateFromPem(answer.CaCrt);
            using X509Certificate2 alone = X509Certificate2.CreateFromPem(answer.TlsCrt);
            X509Certificate2 certificate = alone.CopyWithPrivateKey(_tls);
            using (TlsIdentity tls = TlsIdentity.From(new X509Certificate2(certificate), [new X509Certificate2(ca)]))
            {
                if (tls.Self.Name != answer.Name || tls.Self.Kid != Signing.PublicKey.Kid || tls.Self.Role != Role.App)
                {
                    throw new MessageException(Refusal.Contradiction, "pairing: certificate");
                }

                // Issued by the authority that came with it, for a client, and valid now: else the app would be refused everywhere and nobody knew why.
                if (tls.Check(asServer: false, TimeProvider.System.GetUtcNow()) is { } wrong)
                {
                    throw new LinkException(wrong.Reason, wrong.Text);
                }
            }

            return new Identity(answer.Name, Role.App, answer.Fleet, Signing, Agreement, certificate, ca, PublicKey.FromPem(answer.AuthorityPub, KeyUse.Sign));
        }
        catch (Exception e)
        {
            ca?.Dispose();
            throw e is CryptographicException or ArgumentException or NotSupportedException or LinkException ? new MessageException(Refusal.Malformed, "pairing: certificates", e) : e;
        }
    }

    public void Dispose()
    {
        Signing.Dispose();
        Agreement.Dispose();
        _tls.Dispose();
    }
}
