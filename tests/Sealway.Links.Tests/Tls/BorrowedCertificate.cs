namespace Sealway.Links.Tests;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

/// <summary>A peer with somebody's whole and valid chain, and another key: it signs its handshake with that. A TLS library that forgets to verify that signature ("goto fail") lets it in.</summary>
internal sealed class BorrowedCertificate : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly ECDsa _otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly BcTlsCrypto _crypto = new(new SecureRandom());

    internal BorrowedCertificate(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>The signature that its own side meets; set to the certificate's key, the same peer is an honest one.</summary>
    internal bool Honest { get; init; }

    public void Dispose()
    {
        _otherKey.Dispose();
        _certificate.Dispose();
    }

    /// <summary>Shakes hands as a server.</summary>
    /// <returns>The alert that ended it; null if it came to its end.</returns>
    internal short? Serve(Stream stream) => Run(() =>
    {
        TlsServerProtocol protocol = new(stream);
        protocol.Accept(new Server(this));
        protocol.Stream.ReadByte();
    });

    /// <summary>Shakes hands as a client.</summary>
    /// <returns>The alert that ended it; null if it came to its end.</returns>
    internal short? Connect(Stream stream) => Run(() =>
    {
        TlsClientProtocol protocol = new(stream);
        protocol.Connect(new Client(this));
        protocol.Stream.ReadByte();
    });

    private static short? Run(Action handshake)
    {
        try
        {
            handshake();
            return null;
        }
        catch (TlsFatalAlertReceived alert)
        {
            return alert.AlertDescription;
        }
        catch (TlsNoCloseNotifyException)
        {
            return null;
        }
    }

    private BcDefaultTlsCredentialedSigner Signer(TlsContext context, byte[] requestContext)
    {
        using ECDsa own = _certificate.GetECDsaPrivateKey()!;
        AsymmetricKeyParameter key = PrivateKeyFactory.CreateKey((Honest ? own : _otherKey).ExportPkcs8PrivateKey());
        Certificate chain = new(requestContext, [new CertificateEntry(_crypto.CreateCertificate(_certificate.RawData), null)]);
        return new BcDefaultTlsCredentialedSigner(
            new TlsCryptoParameters(context), _crypto, key, chain, SignatureScheme.GetSignatureAndHashAlgorithm(SignatureScheme.ecdsa_secp256r1_sha256));
    }

    private sealed class Server(BorrowedCertificate peer) : DefaultTlsServer(peer._crypto)
    {
        public override TlsCredentials GetCredentials() => peer.Signer(m_context, TlsUtilities.EmptyBytes);

        protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.TLSv13.Only();

        protected override int[] GetSupportedCipherSuites() => [CipherSuite.TLS_AES_128_GCM_SHA256];
    }

    private sealed class Client(BorrowedCertificate peer) : DefaultTlsClient(peer._crypto)
    {
        public override TlsAuthentication GetAuthentication() => new Authentication(peer, m_context);

        protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.TLSv13.Only();

        protected override int[] GetSupportedCipherSuites() => [CipherSuite.TLS_AES_128_GCM_SHA256];
    }

    private sealed class Authentication(BorrowedCertificate peer, TlsContext context) : TlsAuthentication
    {
        public void NotifyServerCertificate(TlsServerCertificate serverCertificate)
        {
        }

        public TlsCredentials GetClientCredentials(Org.BouncyCastle.Tls.CertificateRequest certificateRequest) => peer.Signer(context, certificateRequest.GetCertificateRequestContext());
    }
}
