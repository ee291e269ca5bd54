namespace Sealway.Links;

/// <summary>What a gateway answers an app that has paired: JSON over TLS.</summary>
/// <param name="Name">The app's enrolled name, an opaque one.</param>
/// <param name="Fleet">The name of the household's authority.</param>
/// <param name="AuthorityPub">The authority's key, SubjectPublicKeyInfo in PEM: the pin.</param>
/// <param name="CaCrt">The certificate that issues the fleet's TLS certificates, in PEM.</param>
/// <param name="TlsCrt">The app's TLS certificate, in PEM.</param>
/// <param name="Log">The gateway's log.</param>
/// <param name="Registry">The registry's log.</param>
/// <param name="CloudHttps">Where the cloud is followed, host:port.</param>
/// <param name="GatewayName">The gateway's enrolled name.</param>
/// <param name="Owner">Whether this app is the household's owner.</param>
public sealed record PairingAnswer(
    string Name, string Fleet, string AuthorityPub, string CaCrt, string TlsCrt, string Log, string Registry, string CloudHttps, string GatewayName, bool Owner);
