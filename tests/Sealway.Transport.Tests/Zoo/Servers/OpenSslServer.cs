namespace Sealway.Transport.Tests;

using System.Diagnostics;
using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

/// <summary><c>openssl s_server</c>: a TLS server whose every setting can be made bad.</summary>
/// <param name="name">Its name.</param>
/// <param name="about">How it is set.</param>
/// <param name="truth">What must be found.</param>
/// <param name="certificate">What it shows.</param>
/// <param name="arguments">Its options.</param>
internal sealed class OpenSslServer(string name, string about, ZooTruth truth, CertificateKind certificate, params string[] arguments) : ZooServer(name, about, truth)
{
    // Oakley group 2, RFC 2409 section 6.2: 1,024 bits.
    private const string SmallPrime =
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";

    /// <summary>Whether its finite-field group has 1,024 bits.</summary>
    public bool SmallGroup { get; init; }

    /// <summary>A second certificate of another algorithm.</summary>
    public CertificateKind? Second { get; init; }

    /// <inheritdoc/>
    public override async Task<RunningServer> StartAsync(ZooGround ground, CancellationToken cancellation) =>
        await ServerProcess.StartAsync(port => Start(ground, port), cancellation).ConfigureAwait(false);

    private ProcessStartInfo Start(ZooGround ground, int port)
    {
        string folder = ground.FolderOf(Name);
        ZooCertificates certificates = ground.Certificates;
        List<string> all =
        [
            "s_server", "-accept", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "-www",
            "-cert", certificates.ChainFile(certificate), "-key", certificates.KeyFile(certificate),
        ];
        if (certificates.IntermediateFile(certificate) is { } intermediate)
        {
            all.AddRange(["-cert_chain", intermediate]);
        }

        if (Second is { } second)
        {
            all.AddRange(["-dcert", certificates.ChainFile(second), "-dcert_chain", certificates.IntermediateFile(second)!, "-dkey", certificates.KeyFile(second)]);
        }

        if (SmallGroup)
        {
            string parameters = Path.Combine(folder, "dh.pem");
            File.WriteAllText(parameters, Group());
            all.AddRange(["-dhparam", parameters]);
        }

        if (Truth.DemandsCertificate)
        {
            all.AddRange(["-Verify", "2", "-verify_return_error", "-CAfile", certificates.AuthorityFile]);
        }

        all.AddRange(arguments);
        return new ProcessStartInfo(SystemProgram.Find("openssl"), all) { WorkingDirectory = folder };
    }

    // DHParameter, PKCS #3: the prime and the generator.
    private static string Group()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(Convert.FromHexString(SmallPrime), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(2);
        }

        return PemEncoding.WriteString("DH PARAMETERS", writer.Encode()) + "\n";
    }
}
