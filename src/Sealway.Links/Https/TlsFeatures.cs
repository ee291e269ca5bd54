namespace Sealway.Links;

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

/// <summary>What the web server asks of the TLS below it: that there is some, which version, which protocol was agreed. Who the peer is says <see cref="FollowServer.PeerOf"/> alone.</summary>
/// <param name="tls">The stream after its handshake.</param>
internal sealed class TlsFeatures(SslStream tls) : ITlsConnectionFeature, ITlsApplicationProtocolFeature, ITlsHandshakeFeature
{
    public X509Certificate2? ClientCertificate { get; set; }

    public ReadOnlyMemory<byte> ApplicationProtocol => tls.NegotiatedApplicationProtocol.Protocol;

    public SslProtocols Protocol => tls.SslProtocol;

    public TlsCipherSuite? NegotiatedCipherSuite => tls.NegotiatedCipherSuite;

    public string HostName => tls.TargetHostName;

#pragma warning disable SYSLIB0058 // The interface asks for them.
    public CipherAlgorithmType CipherAlgorithm => tls.CipherAlgorithm;

    public int CipherStrength => tls.CipherStrength;

    public HashAlgorithmType HashAlgorithm => tls.HashAlgorithm;

    public int HashStrength => tls.HashStrength;

    public ExchangeAlgorithmType KeyExchangeAlgorithm => tls.KeyExchangeAlgorithm;

    public int KeyExchangeStrength => tls.KeyExchangeStrength;
#pragma warning restore SYSLIB0058

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
}
