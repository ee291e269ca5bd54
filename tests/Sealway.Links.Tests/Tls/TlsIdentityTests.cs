namespace Sealway.Links.Tests;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;
using Xunit;

public sealed class TlsIdentityTests : IDisposable
{
    private static readonly PbeParameters _encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    private readonly TestFleet _fleet = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("sealway-links-").FullName;

    [Theory]
    [InlineData(null)]
    [InlineData("a passphrase")]
    public void An_identity_is_loaded_from_its_folder(string? password)
    {
        Write(_fleet.Certificate("ward", Role.Gateway), password);
        using TlsIdentity identity = TlsIdentity.Load(_folder, password);
        Assert.Equal(("ward", Role.Gateway, TestFleet.KidOf("ward")), (identity.Self.Name, identity.Self.Role, identity.Self.Kid));
        Assert.Null(identity.Check(asServer: false, DateTimeOffset.UtcNow));
        Assert.Null(identity.Check(asServer: true, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void A_wrong_password_a_foreign_key_and_a_missing_file_are_refused()
    {
        Write(_fleet.Certificate("ward", Role.Gateway), "right");
        Assert.Equal(LinkRefusal.NoCertificate, Assert.Throws<LinkException>(() => TlsIdentity.Load(_folder, "wrong")).Reason);
        Assert.Equal(LinkRefusal.NoCertificate, Assert.Throws<LinkException>(() => TlsIdentity.Load(_folder)).Reason);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(_folder, "tls.key"), other.ExportPkcs8PrivateKeyPem());
        Assert.Equal(LinkRefusal.NoCertificate, Assert.Throws<LinkException>(() => TlsIdentity.Load(_folder)).Reason);
        File.Delete(Path.Combine(_folder, "ca.crt"));
        Assert.Equal(LinkRefusal.NoCertificate, Assert.Throws<LinkException>(() => TlsIdentity.Load(_folder)).Reason);
    }

    [Fact]
    public void A_certificate_that_names_no_party_is_no_identity()
    {
        Write(_fleet.Certificate("ward", Role.Gateway, Flaw.NoKid), null);
        Assert.Equal(LinkRefusal.NotSealway, Assert.Throws<LinkException>(() => TlsIdentity.Load(_folder)).Reason);
    }

    // Found by fuzzing: the platform refuses such a curve with an exception of another family.
    [Fact]
    public void A_certificate_on_a_curve_that_the_platform_has_never_heard_of_names_no_party()
    {
        byte[] bytes = _fleet.Certificate("ward", Role.Gateway).RawData;
        int curve = bytes.AsSpan().IndexOf(Convert.FromHexString("2a8648ce3d030107"));
        bytes[curve + 3] ^= 1;
        using X509Certificate2 changed = X509CertificateLoader.LoadCertificate(bytes);
        Assert.Null(PartyCertificate.Read(changed));
    }

    public void Dispose()
    {
        _fleet.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Write(X509Certificate2 certificate, string? password)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(_folder, "tls.key"), password is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(password, _encryption));
        File.WriteAllText(Path.Combine(_folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "ca.crt"), _fleet.Authority.ExportCertificatePem());
        certificate.Dispose();
    }
}
