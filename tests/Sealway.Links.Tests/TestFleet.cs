namespace Sealway.Links.Tests;

using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;

/// <summary>A fleet's certificate authority, made for one test.</summary>
public sealed class TestFleet : IDisposable
{
    private static int _made;

    public TestFleet()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));

        // By it the right one of two authorities with one name is found.
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(1));
    }

    public X509Certificate2 Authority { get; }

    public static PeerIdentity Anyone { get; } = new("anyone", Kid.Parse("0102030405060708"), Role.Gateway, DateTimeOffset.MaxValue);

    /// <summary>A check that lets everyone in.</summary>
    public static PeerRefusal? LetIn(PeerIdentity peer) => null;

    public TlsIdentity Identity(string name, Role role, Flaw flaw = Flaw.None)
    {
        return TlsIdentity.From(Certificate(name, role, flaw), [X509CertificateLoader.LoadCertificate(Authority.RawData)]);
    }

    public TlsPolicy Policy(string name, Role role, Flaw flaw = Flaw.None, CheckPeer? check = null) => new(Identity(name, role, flaw), check ?? LetIn);

    public X509Certificate2 Certificate(string name, Role role, Flaw flaw = Flaw.None)
    {
        using ECDsa key = ECDsa.Create(flaw == Flaw.OtherCurve ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={(flaw == Flaw.WrongName ? "someone-else" : name)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (flaw != Flaw.NoPurpose)
        {
            OidCollection purposes = [];
            if (flaw != Flaw.ClientOnly)
            {
                purposes.Add(new Oid("1.3.6.1.5.5.7.3.1"));
            }

            if (flaw != Flaw.ServerOnly)
            {
                purposes.Add(new Oid("1.3.6.1.5.5.7.3.2"));
            }

            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposes, false));
        }

        SubjectAlternativeNameBuilder names = new();
        if (flaw != Flaw.WrongAddress)
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
        }

        if (flaw != Flaw.NoKid)
        {
            names.AddUri(new Uri("urn:sealway:kid:" + KidOf(name)));
        }

        names.AddUri(new Uri("urn:sealway:role:" + (flaw == Flaw.OddRole ? "janitor" : role.ToString().ToLowerInvariant())));
        request.CertificateExtensions.Add(names.Build());
        (int from, int to) = flaw switch
        {
            Flaw.Expired => (-10, -1),
            Flaw.NotYetValid => (1, 10),
            _ => (-1, 1),
        };
        DateTimeOffset now = DateTimeOffset.UtcNow;
        if (flaw == Flaw.SelfSigned)
        {
            return request.CreateSelfSigned(now.AddDays(from), now.AddDays(to));
        }

        using TestFleet? other = flaw == Flaw.OtherAuthority ? new TestFleet() : null;
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(other?.Authority ?? Authority, true, false));
        using X509Certificate2 issued = request.Create(other?.Authority ?? Authority, now.AddDays(from), now.AddDays(to), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>How a hostile or careless peer looks at certificates.</summary>
    public static bool AcceptAnything(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is null || errors >= SslPolicyErrors.None;

    /// <summary>A kid that follows from the name.</summary>
    public static Kid KidOf(string name) => Kid.FromBytes(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(name)).AsSpan(0, Kid.Size));

    /// <summary>A path for a Unix socket: short, and used once.</summary>
    public static string SocketPath() => Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"sl-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}"));

    public void Dispose() => Authority.Dispose();
}
