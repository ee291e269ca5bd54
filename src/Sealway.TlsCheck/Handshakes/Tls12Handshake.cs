namespace Sealway.TlsCheck.Handshakes;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Sealway.TlsCheck.Keys;
using Sealway.TlsCheck.Probing;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>A handshake of SSL 3 to TLS 1.2 from the client's side (RFC 5246 section 7.3); SSL 3 only until the server's flight is over.</summary>
/// <param name="connection">A fresh connection.</param>
/// <param name="shares">Our keys on curves.</param>
/// <param name="credential">What we show when asked, or null.</param>
internal sealed class Tls12Handshake(ProbeConnection connection, KeyShares shares, ClientCredential? credential)
{
    private const int PremasterSize = 48;
    private const int ExponentBits = 384;
    private byte[] _transcript = [];

    /// <summary>Key exchanges with which a whole handshake can be done here.</summary>
    public static bool CanFinish(CipherSuite suite) => suite.KeyExchange is "ECDHE_RSA" or "ECDHE_ECDSA" or "DHE_RSA" or "RSA" or "DHE_DSS" or "ECDH_anon" or "DH_anon" && BulkCipher.Of(suite) is not null;

    /// <summary>Runs it as far as it goes; without <paramref name="finish"/> until ServerHelloDone.</summary>
    public async Task<HandshakeResult> RunAsync(HelloPlan plan, bool finish)
    {
        HandshakeResult result = new();
        try
        {
            HandshakeMessage hello = ClientHello.Write(plan);
            _transcript = hello.Raw;
            await connection.SendAsync(ContentType.Handshake, hello.Raw, HelloProbe.RecordVersion(plan.Version)).ConfigureAwait(false);
            await ReadFlightAsync(plan, result).ConfigureAwait(false);
            if (finish)
            {
                await FinishAsync(plan, result).ConfigureAwait(false);
            }
        }
        catch (PeerStopException stop)
        {
            result.Stop = stop;
        }
        catch (MalformedException wrong)
        {
            result.Stop = ProbeConnection.Malformed(wrong.Message);
        }

        return result;
    }

    private async Task ReadFlightAsync(HelloPlan plan, HandshakeResult result)
    {
        while (true)
        {
            HandshakeMessage message = await connection.ReadMessageAsync().ConfigureAwait(false);
            if (message.Type == HandshakeType.HelloRequest)
            {
                continue;
            }

            _transcript = [.. _transcript, .. message.Raw];
            if (result.Hello is null != (message.Type == HandshakeType.ServerHello))
            {
                throw ProbeConnection.Malformed($"handshake message {message.Type} out of its place");
            }

            switch (message.Type)
            {
                case HandshakeType.ServerHello:
                    result.Hello = ProbeConnection.Parsed(() => ServerHello.Read(message.Body));
                    if (result.Hello.Version > plan.Version || result.Suite!.IsTls13)
                    {
                        throw ProbeConnection.Malformed($"it answers with {result.Hello.Version.Name()}");
                    }

                    break;
                case HandshakeType.Certificate when result.Certificates is null:
                    result.Certificates = ProbeConnection.Parsed(() => CertificateList.Read(message.Body, tls13: false));
                    break;
                case HandshakeType.CertificateStatus:
                    result.Status = true;
                    break;
                case HandshakeType.ServerKeyExchange when result.KeyExchange is null:
                    result.KeyExchange = ProbeConnection.Parsed(() => ServerKeyExchange.Read(message.Body, result.Suite!, result.Hello!.Version));
                    CheckSignature(plan, result);
                    break;
                case HandshakeType.CertificateRequest when result.Demand is null:
                    result.Demand = ProbeConnection.Parsed(() => CertificateDemand.Read(message.Body, result.Hello!.Version));
                    break;
                case HandshakeType.ServerHelloDone:
                    result.FlightWhole = true;
                    return;
                default:
                    throw ProbeConnection.Malformed($"handshake message {message.Type} in the server's flight");
            }
        }
    }

    private static void CheckSignature(HelloPlan plan, HandshakeResult result)
    {
        if (result.KeyExchange is not { Scheme: { } scheme } exchange || result.Certificates is not { Certificates: [byte[] own, ..] })
        {
            return;
        }

        byte[] content = [.. plan.Random, .. result.Hello!.Random, .. exchange.Signed];
        result.Scheme = scheme;
        result.SignatureVerified = SignatureCheck.Verify(own, scheme, content, exchange.Signature, tls13: false);
    }

    private async Task FinishAsync(HelloPlan plan, HandshakeResult result)
    {
        ServerHello hello = result.Hello!;
        ProtocolVersion version = hello.Version;
        CipherSuite suite = result.Suite!;
        if (version < ProtocolVersion.Tls10 || !CanFinish(suite))
        {
            throw ProbeConnection.Malformed($"{suite.Name} in {version.Name()} cannot be spoken here to its end");
        }

        MemoryStream ours = new();
        void Say(HandshakeType type, byte[] body)
        {
            byte[] raw = HandshakeMessage.Of(type, body).Raw;
            ours.Write(raw);
            _transcript = [.. _transcript, .. raw];
        }

        bool shows = result.Demand is not null && credential is not null && version == ProtocolVersion.Tls12;
        if (result.Demand is not null)
        {
            Say(HandshakeType.Certificate, CertificateList.Write(shows ? credential!.Chain : [], tls13: false));
        }

        (byte[] premaster, byte[] exchange) = Exchange(plan, result);
        Say(HandshakeType.ClientKeyExchange, exchange);
        bool extended = plan.ExtendedMasterSecret && hello.Extensions.Has(ExtensionType.ExtendedMasterSecret);
        result.Master = extended
            ? OldKeys.Prf(version, suite.Hash, premaster, "extended master secret", OldKeys.HashOf(version, suite.Hash, _transcript), OldKeys.MasterSize)
            : OldKeys.Prf(version, suite.Hash, premaster, "master secret", [.. plan.Random, .. hello.Random], OldKeys.MasterSize);
        if (shows)
        {
            (ushort scheme, byte[] signature) = credential!.Sign(result.Demand!.Schemes, _transcript) ?? throw ProbeConnection.Malformed("the server takes no signature that the client certificate's key can make");
            Say(HandshakeType.CertificateVerify, new WireWriter().Short(scheme).Vector16(signature).ToArray());
            result.Showed = true;
        }

        await connection.SendAsync(ContentType.Handshake, ours.ToArray(), version).ConfigureAwait(false);
        await connection.SendAsync(ContentType.ChangeCipherSpec, new byte[] { 1 }, version).ConfigureAwait(false);
        OldRecords records = OldRecords.Of(suite, version, result.Master, plan.Random, hello.Random);
        connection.Sealer = records.Sealer;
        result.ClientVerify = OldKeys.Verify(version, suite.Hash, result.Master, client: true, _transcript);
        byte[] finished = HandshakeMessage.Of(HandshakeType.Finished, result.ClientVerify).Raw;
        _transcript = [.. _transcript, .. finished];
        await connection.SendAsync(ContentType.Handshake, finished, version).ConfigureAwait(false);
        if (hello.Extensions.Has(ExtensionType.SessionTicket))
        {
            HandshakeMessage ticket = await connection.ReadMessageAsync().ConfigureAwait(false);
            if (ticket.Type != HandshakeType.NewSessionTicket)
            {
                throw ProbeConnection.Malformed($"handshake message {ticket.Type} where NewSessionTicket is due");
            }

            _transcript = [.. _transcript, .. ticket.Raw];
            result.Ticket = ProbeConnection.Parsed(() =>
            {
                WireReader reader = new(ticket.Body);
                reader.Word();
                return reader.Vector16().ToArray();
            });
        }

        await connection.ReadChangeCipherSpecAsync().ConfigureAwait(false);
        connection.Opener = records.Opener;
        HandshakeMessage theirs = await connection.ReadMessageAsync().ConfigureAwait(false);
        byte[] expected = OldKeys.Verify(version, suite.Hash, result.Master, client: false, _transcript);
        if (theirs.Type != HandshakeType.Finished || !CryptographicOperations.FixedTimeEquals(expected, theirs.Body))
        {
            throw ProbeConnection.Malformed("its Finished does not fit the handshake");
        }

        result.Completed = true;
    }

    private (byte[] Premaster, byte[] Message) Exchange(HelloPlan plan, HandshakeResult result)
    {
        if (result.Suite!.RsaKeyExchange)
        {
            byte[] premaster = [(byte)((ushort)plan.Version >> 8), (byte)plan.Version, .. RandomNumberGenerator.GetBytes(PremasterSize - 2)];
            try
            {
                using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(result.Certificates is { Certificates: [byte[] own, ..] } ? own : throw ProbeConnection.Malformed("no certificate"));
                using RSA rsa = certificate.GetRSAPublicKey() ?? throw ProbeConnection.Malformed("a key exchange by RSA without an RSA key");
                return (premaster, new WireWriter().Vector16(rsa.Encrypt(premaster, RSAEncryptionPadding.Pkcs1)).ToArray());
            }
            catch (CryptographicException)
            {
                throw ProbeConnection.Malformed("a certificate whose key cannot be used");
            }
        }

        ServerKeyExchange exchange = result.KeyExchange ?? throw ProbeConnection.Malformed("no ServerKeyExchange");
        if (exchange.Group is { } group)
        {
            return KeyShares.Knows(group)
                ? (shares.Agree(group, exchange.Public), new WireWriter().Vector8(shares.Of(group).Share).ToArray())
                : throw ProbeConnection.Malformed($"it chose {NamedGroups.Of(group).Name}, whose keys cannot be made here");
        }

        // The secret loses its leading zeros here, and only here (RFC 5246 section 8.1.2).
        BigInteger prime = new(1, exchange.Prime);
        if (!prime.TestBit(0) || prime.BitLength < 16)
        {
            throw ProbeConnection.Malformed("a Diffie-Hellman modulus that is no prime");
        }

        BigInteger exponent = new(ExponentBits, new SecureRandom());
        byte[] shared = new BigInteger(1, exchange.Public).ModPow(exponent, prime).ToByteArrayUnsigned();
        byte[] own2 = new BigInteger(1, exchange.Generator).ModPow(exponent, prime).ToByteArrayUnsigned();
        return (shared, new WireWriter().Vector16(own2).ToArray());
    }
}
