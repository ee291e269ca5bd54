namespace Sealway.TlsCheck.Tests.Checks;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Probing;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Tests.Servers;
using Sealway.TlsCheck.Wire;
using Xunit;

/// <summary>What no library of today speaks any more, played by peers that send the bytes of old servers.</summary>
public sealed class OldPeerTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Fact]
    public async Task Ssl2_is_told_with_its_suites()
    {
        byte[] der = _certificates.Server(rsa: true).RawData;
        using ScriptedServer server = ScriptedServer.Answering(hello =>
        {
            if (ScriptedServer.VersionOf(hello) != 0)
            {
                return ScriptedServer.Alert(AlertDescription.HandshakeFailure);
            }

            byte[] body = new WireWriter().Byte(4).Byte(0).Byte(1).Short(2).Short(der.Length).Short(6).Short(16).Bytes(der).Medium(0x010080).Medium(0x020080).Bytes(new byte[16]).ToArray();
            return new WireWriter().Short(0x8000 | body.Length).Bytes(body).ToArray();
        });
        EndpointReport report = await CheckAsync(server, CheckParts.Suites | CheckParts.Holes);
        Assert.Equal(["SSL 2"], report.Offered());
        Assert.Equal(["SSL_CK_RC4_128_WITH_MD5", "SSL_CK_RC4_128_EXPORT40_WITH_MD5"], report.Suites("SSL 2"));
        Assert.Equal(Answer.Yes, report.Hole("drown"));
        Assert.Contains("version.ssl2", report.Ids());
        Assert.Contains("suite.export", report.Ids());
    }

    [Fact]
    public async Task Ssl3_with_cbc_and_rc4_and_small_blocks_is_told_by_its_holes()
    {
        int[] accepted = [0x0005, 0x000A, 0x0035];
        using ScriptedServer server = ScriptedServer.Answering(hello =>
            ScriptedServer.VersionOf(hello) == 0x0300 && accepted.FirstOrDefault(suite => ScriptedServer.Offers(hello, suite)) is > 0 and { } suite
                ? ScriptedServer.Record(ProtocolVersion.Ssl3, ScriptedServer.ServerHello(ProtocolVersion.Ssl3, suite))
                : ScriptedServer.Alert(AlertDescription.HandshakeFailure));
        EndpointReport report = await CheckAsync(server, CheckParts.Suites | CheckParts.Holes);
        Assert.Equal(["SSL 3"], report.Offered());
        Assert.Equal(["TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"], report.Suites("SSL 3"));
        Assert.Equal(Answer.Yes, report.Versions.Single(version => version.Version == "SSL 3").ServerOrder);
        Assert.All(["poodle", "rc4", "sweet32", "beast"], hole => Assert.Equal(Answer.Yes, report.Hole(hole)));
        Assert.All(["drown", "freak", "logjam", "heartbleed"], hole => Assert.Equal(Answer.No, report.Hole(hole)));
    }

    [Fact]
    public async Task Export_suites_are_freak_and_logjam()
    {
        X509Certificate2 certificate = _certificates.Server(rsa: true);
        byte[] prime = [.. Enumerable.Repeat((byte)0xF1, 64)];
        using ScriptedServer server = ScriptedServer.Answering(hello =>
        {
            int suite = ScriptedServer.VersionOf(hello) != 0x0301 ? 0 : ScriptedServer.Offers(hello, 0x0014) ? 0x0014 : ScriptedServer.Offers(hello, 0x0003) ? 0x0003 : 0;
            if (suite == 0)
            {
                return ScriptedServer.Alert(AlertDescription.HandshakeFailure);
            }

            byte[] exchange = new WireWriter().Vector16(prime).Vector16([2]).Vector16(prime.AsSpan(1)).Vector16(new byte[256]).ToArray();
            return ScriptedServer.Record(
                ProtocolVersion.Tls10,
                ScriptedServer.ServerHello(ProtocolVersion.Tls10, suite),
                ScriptedServer.Certificate(certificate.RawData),
                HandshakeMessage.Of(HandshakeType.ServerKeyExchange, exchange),
                ScriptedServer.Done);
        });
        EndpointReport report = await CheckAsync(server, CheckParts.Groups | CheckParts.Holes);
        Assert.Equal(["TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA", "TLS_RSA_EXPORT_WITH_RC4_40_MD5"], report.Suites("TLS 1.0").Order());
        Assert.Equal(new DheReport(512, null, Export: true), Assert.Single(report.Dhe));
        Assert.Equal((Answer.Yes, Answer.Yes), (report.Hole("freak"), report.Hole("logjam")));
        Assert.Contains("dhe.broken", report.Ids());
    }

    [Theory]
    [InlineData(true, "Yes")]
    [InlineData(false, "No")]
    public async Task A_server_that_answers_an_empty_heartbeat_bleeds(bool bleeds, string told)
    {
        byte[] asked = [];
        using ScriptedServer server = ScriptedServer.Answering(
            hello => Only(hello, 0x002F, (ExtensionType.Heartbeat, [1])),
            async (stream, stop) =>
            {
                byte[] next = await ScriptedServer.FirstAsync(stream, stop);
                if (next[0] == (byte)ContentType.Heartbeat)
                {
                    asked = next;
                    if (bleeds)
                    {
                        await stream.WriteAsync(ProbeConnection.Record(ContentType.Heartbeat, [2, 0, 16, .. new byte[32]], ProtocolVersion.Tls12), stop);
                    }

                    await ScriptedServer.FirstAsync(stream, stop);
                }
            });
        EndpointReport report = await CheckAsync(server, CheckParts.Holes);
        Assert.Equal(Enum.Parse<Answer>(told), report.Hole("heartbleed"));
        Assert.Equal(bleeds, report.Ids().Contains("hole.heartbleed"));

        // It asks for sixteen bytes, no more.
        Assert.Equal([1, 0, HoleProbe.HeartbleedBytes], asked[5..]);
    }

    [Theory]
    [InlineData(20, "Yes")]
    [InlineData(10, "No")]
    public async Task A_server_that_takes_an_early_change_cipher_spec_is_told_by_what_it_says_to_the_next(int said, string told)
    {
        using ScriptedServer server = ScriptedServer.Answering(hello => Only(hello, 0x002F), async (stream, stop) =>
        {
            await ScriptedServer.FirstAsync(stream, stop);
            await stream.WriteAsync(ScriptedServer.Alert((AlertDescription)said), stop);
        });
        EndpointReport report = await CheckAsync(server, CheckParts.Holes);
        Assert.Equal(Enum.Parse<Answer>(told), report.Hole("ccs-injection"));
    }

    [Theory]
    [InlineData(true, "Yes")]
    [InlineData(false, "No")]
    public async Task A_server_that_tells_shapes_of_rsa_plain_text_apart_is_an_oracle(bool tells, string told)
    {
        X509Certificate2 certificate = _certificates.Server(rsa: true);
        using RSA key = certificate.GetRSAPrivateKey()!;
        RSAParameters secret = key.ExportParameters(true);
        using ScriptedServer server = ScriptedServer.Answering(hello => Only(hello, 0x002F, certificate), async (stream, stop) =>
        {
            byte[] record = await ScriptedServer.FirstAsync(stream, stop);
            if (record[5] != (byte)HandshakeType.ClientKeyExchange)
            {
                await stream.WriteAsync(ScriptedServer.Alert(AlertDescription.UnexpectedMessage), stop);
                return;
            }

            await stream.WriteAsync(ScriptedServer.Alert(tells && !WellFormed(record[11..], secret) ? AlertDescription.HandshakeFailure : AlertDescription.BadRecordMac), stop);
        });
        EndpointReport report = await CheckAsync(server, CheckParts.Holes);
        Assert.Equal(Enum.Parse<Answer>(told), report.Hole("robot"));
    }

    [Fact]
    public async Task A_handshake_signed_with_another_key_is_told_as_false()
    {
        X509Certificate2 shown = _certificates.Server();
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDiffieHellman ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        ECPoint q = ephemeral.ExportParameters(false).Q;
        using ScriptedServer server = ScriptedServer.Answering(hello =>
        {
            if (ScriptedServer.VersionOf(hello) != 0x0303 || !ScriptedServer.Offers(hello, 0xC02B))
            {
                return ScriptedServer.Alert(AlertDescription.HandshakeFailure);
            }

            byte[] parameters = [3, 0, 23, 65, 4, .. q.X!, .. q.Y!];
            byte[] signature = other.SignData([.. hello[11..43], .. new byte[32], .. parameters], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            return ScriptedServer.Record(
                ProtocolVersion.Tls12,
                ScriptedServer.ServerHello(ProtocolVersion.Tls12, 0xC02B),
                ScriptedServer.Certificate(shown.RawData),
                HandshakeMessage.Of(HandshakeType.ServerKeyExchange, new WireWriter().Bytes(parameters).Short(0x0403).Vector16(signature).ToArray()),
                ScriptedServer.Done);
        });
        EndpointReport report = await CheckAsync(server, CheckParts.Certificate);
        ChainReport chain = Assert.Single(report.Chains);
        Assert.Equal((Answer.Yes, Answer.No), (chain.Trusted, chain.SignatureVerified));
        Assert.Contains("handshake.false-signature", report.Ids());
        Assert.Equal(Severity.Critical, report.Findings[0].Severity);
    }

    [Fact]
    public async Task Compression_and_missing_protections_are_told()
    {
        using ScriptedServer server = ScriptedServer.Answering(hello =>
        {
            byte[]? answer = Only(hello, 0x002F);
            if (answer is not null && answer[0] == 22)
            {
                // Record, message header, version, random, session id, suite: then the compression.
                answer[5 + 4 + 2 + 32 + 5 + 2] = 1;
            }

            return answer;
        });
        EndpointReport report = await CheckAsync(server, CheckParts.Features | CheckParts.Holes);
        Assert.Equal(Answer.Yes, report.Features.Compression);
        Assert.Equal(Answer.Yes, report.Hole("crime"));
        Assert.Superset(new HashSet<string> { "compression", "renegotiation.insecure", "no-extended-master-secret", "suite.no-forward-secrecy" }, report.Ids().ToHashSet());
    }

    public void Dispose() => _certificates.Dispose();

    // What a careless server looks at before it goes on.
    private static bool WellFormed(byte[] text, RSAParameters secret)
    {
        byte[] plain = System.Numerics.BigInteger.ModPow(Number(text), Number(secret.D!), Number(secret.Modulus!)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return plain.Length == secret.Modulus!.Length - 1 && plain[0] == 2 && plain[^49] == 0;
    }

    private static System.Numerics.BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private Task<EndpointReport> CheckAsync(ScriptedServer server, CheckParts parts) =>
        Checking.RunAsync(server.Target, Checking.Options(_certificates) with { Parts = parts });

    private byte[] Only(byte[] hello, int suite, params (ushort Type, byte[] Body)[] extensions) => Only(hello, suite, _certificates.Root, extensions);

    // A flight of TLS 1.2 with one suite.
    private static byte[] Only(byte[] hello, int suite, X509Certificate2 certificate, params (ushort Type, byte[] Body)[] extensions) =>
        ScriptedServer.VersionOf(hello) == 0x0303 && ScriptedServer.Offers(hello, suite)
            ? ScriptedServer.Record(ProtocolVersion.Tls12, ScriptedServer.ServerHello(ProtocolVersion.Tls12, suite, extensions), ScriptedServer.Certificate(certificate.RawData), ScriptedServer.Done)
            : ScriptedServer.Alert(AlertDescription.HandshakeFailure);
}
