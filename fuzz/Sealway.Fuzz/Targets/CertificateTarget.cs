namespace Sealway.Fuzz.Targets;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Links;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

internal sealed class CertificateTarget : FuzzTarget
{
    private static readonly CertificateIssuer Issuer = CertificateIssuer.Create("home", TimeProvider.System);

    private static readonly CertificateSubject Subject = new("app-1", FuzzFleet.App.PublicKey.Kid, Role.App);

    public override string Name => "certificate";

    public override string Why => "a stranger's request for a certificate, a peer's certificate and a public key in PEM: refused by name, or the party that a certificate names";

    public override int MostBytes => Limits.CertificateBytes;

    public override int AllocatedAtMost => 262_144;

    public override int AllocatedPerByte => 256;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=app", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = Issuer.Issue(key, Subject);
        return [request.CreateSigningRequest(), certificate.RawData, Issuer.Certificate.RawData, key.ExportSubjectPublicKeyInfo()];
    }

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        Request(input.Span);
        Require.Accepted(() => PublicKey.FromPem(PemEncoding.WriteString("PUBLIC KEY", input.Span), KeyUse.Sign));
        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(input.Span);
        }
        catch (CryptographicException inner)
        {
            throw new MessageException(Refusal.Malformed, "certificate", inner);
        }

        using (certificate)
        {
            PeerIdentity? party = PartyCertificate.Read(certificate);
            Require.That(party is null || LogId.IsName(party.Name), "a party without a name");
        }
    }

    private static void Request(ReadOnlySpan<byte> der)
    {
        try
        {
            using X509Certificate2 issued = Issuer.IssueForRequest(PemEncoding.WriteString("CERTIFICATE REQUEST", der), Subject);
            PeerIdentity? party = PartyCertificate.Read(issued);
            Require.That(party is not null && party.Name == Subject.Name && party.Kid == Subject.Kid && party.Role == Subject.Role, "a certificate that names whom the request liked");
        }
        catch (MessageException refused)
        {
            Require.Named(refused);
        }
    }
}
