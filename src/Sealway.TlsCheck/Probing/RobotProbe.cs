namespace Sealway.TlsCheck.Probing;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>ROBOT: whether the server tells well-formed from malformed RSA plain text by how it ends (Böck, Somorovsky, Young, 2017). Five messages each, nothing is decrypted with it.</summary>
/// <param name="probe">Offers.</param>
/// <param name="full">Runs flights.</param>
/// <param name="seen">The versions found.</param>
internal sealed class RobotProbe(HelloProbe probe, FullHandshake full, Seen seen)
{
    private const string Id = "robot";
    private const int Shapes = 5;
    private const int PremasterSize = 48;

    public async Task<HoleReport> RunAsync()
    {
        ProtocolVersion[] versions = [.. seen.Offered.Where(version => version is >= ProtocolVersion.Tls10 and <= ProtocolVersion.Tls12)];
        ProtocolVersion? chosen = versions.Where(version => Rsa(version).Length > 0).Select(version => (ProtocolVersion?)version).FirstOrDefault();
        if (chosen is not { } version)
        {
            bool sure = versions.All(one => seen.Of(one).SuitesComplete);
            return new HoleReport(Id, sure ? Answer.No : Answer.Undetermined, sure ? "no key exchange by RSA encryption" : "not every suite was seen");
        }

        string[] once = await Task.WhenAll(Enumerable.Range(0, Shapes).Select(shape => EndAsync(version, shape))).ConfigureAwait(false);
        if (once.Any(end => end.Length == 0))
        {
            return new HoleReport(Id, Answer.Undetermined, "the handshake did not come far enough");
        }

        if (once.Distinct().Count() == 1)
        {
            return new HoleReport(Id, Answer.No, $"five shapes of plain text, all answered with {once[0]}");
        }

        string[] again = await Task.WhenAll(Enumerable.Range(0, Shapes).Select(shape => EndAsync(version, shape))).ConfigureAwait(false);
        return once.SequenceEqual(again)
            ? new HoleReport(Id, Answer.Yes, $"shapes of plain text are told apart: {string.Join(", ", once.Distinct())}")
            : new HoleReport(Id, Answer.Undetermined, "the answers differ, and not the same way twice");
    }

    private CipherSuite[] Rsa(ProtocolVersion version) => [.. seen.Of(version).Suites.Where(suite => suite is { KeyExchange: "RSA", Null: false })];

    private async Task<string> EndAsync(ProtocolVersion version, int shape)
    {
        string end = string.Empty;
        await full.RunAsync(probe.Plan(version, Rsa(version)), finish: false, after: async (connection, flight, _) =>
        {
            byte[] message = HandshakeMessage.Of(HandshakeType.ClientKeyExchange, new WireWriter().Vector16(Encrypted(flight.Certificates!, version, shape)).ToArray()).Raw;
            byte[] certificate = flight.Demand is null ? [] : HandshakeMessage.Of(HandshakeType.Certificate, CertificateList.Write([], tls13: false)).Raw;
            byte[] all =
            [
                .. ProbeConnection.Record(ContentType.Handshake, [.. certificate, .. message], version),
                .. ProbeConnection.Record(ContentType.ChangeCipherSpec, [1], version),
                .. ProbeConnection.Record(ContentType.Handshake, RandomNumberGenerator.GetBytes(64), version),
            ];
            try
            {
                await connection.SendRawAsync(all).ConfigureAwait(false);
                await connection.ReadRecordAsync().ConfigureAwait(false);
                end = "a record";
            }
            catch (PeerStopException stop)
            {
                end = stop.Told;
            }
        }).ConfigureAwait(false);
        return end;
    }

    private static byte[] Encrypted(CertificateList certificates, ProtocolVersion version, int shape)
    {
        RSAParameters key;
        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(certificates.Certificates[0]);
            using RSA rsa = certificate.GetRSAPublicKey() ?? throw ProbeConnection.Malformed("no RSA key");
            key = rsa.ExportParameters(false);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentOutOfRangeException)
        {
            throw ProbeConnection.Malformed("a certificate whose key cannot be used");
        }

        int size = key.Modulus!.Length;
        if (size < PremasterSize + 11)
        {
            throw ProbeConnection.Malformed($"an RSA key of {8 * size} bits");
        }

        byte[] plain = new byte[size];
        Array.Fill(plain, (byte)0xA7);
        plain[0] = 0;
        plain[1] = 2;
        int zero = size - PremasterSize - 1;
        plain[zero] = 0;
        plain[zero + 1] = (byte)((ushort)version >> 8);
        plain[zero + 2] = (byte)version;
        switch (shape)
        {
            case 1:
                // Not a PKCS #1 block at all.
                plain[0] = 0x41;
                plain[1] = 0x17;
                break;
            case 2:
                // The zero is somewhere else.
                plain[zero] = 0xA7;
                plain[^2] = 0;
                break;
            case 3:
                // No zero.
                plain[zero] = 0xA7;
                break;
            case 4:
                // Another version.
                plain[zero + 1] = 2;
                plain[zero + 2] = 2;
                break;
            default:
                break;
        }

        // Below the modulus in any case.
        plain[0] = shape == 1 ? (byte)(Math.Min(key.Modulus[0] - 1, 0x41)) : plain[0];
        BigInteger modulus = new(1, key.Modulus);
        RsaEngine engine = new();
        engine.Init(true, new RsaKeyParameters(false, modulus, new BigInteger(1, key.Exponent)));
        byte[] text = engine.ProcessBlock(plain, 0, plain.Length);
        return [.. new byte[size - text.Length], .. text];
    }
}
