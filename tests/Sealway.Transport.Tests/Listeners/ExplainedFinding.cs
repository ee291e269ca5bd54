namespace Sealway.Transport.Tests;

/// <summary>A finding of testssl.sh that is no fault of the listener, and why.</summary>
/// <param name="Id">Which test.</param>
/// <param name="Text">How the finding begins.</param>
/// <param name="Reason">Why it is as it should be.</param>
/// <param name="Only">The one listener that it is explained for; null: all.</param>
internal sealed record ExplainedFinding(string Id, string Text, string Reason, string? Only = null)
{
    private const string ClientCertificate = "The listener demands a certificate of its clients, and testssl.sh 3.0 has none to show: this one test cannot be made from outside.";
    private const string NotAnswered = "testssl.sh 3.0 asks for a renegotiation, hangs up at once, and takes the missing error for a yes. ListenerTests asks as a party that is let in, and waits: there is no second ServerHello.";
    private const string Pinned = "The pairing listener lives for ten minutes with a certificate of its own, made for them: the app has the hash of its key from the pairing code, and no name, authority or end counts.";

    /// <summary>All that may be found beside what is in order.</summary>
    public static IReadOnlyList<ExplainedFinding> All { get; } =
    [
        new("service", "Couldn't determine service", "The listener speaks to nobody without a certificate, so that it cannot be seen what it speaks."),
        new("optimal_proto", "Your OpenSSL cannot connect", ClientCertificate),
        new("sessionresumption_ticket", "check ", ClientCertificate),
        new("sessionresumption_ID", "check ", ClientCertificate),
        new("secure_client_renego", "client x509-based authentication", ClientCertificate),
        new("secure_client_renego", "VULNERABLE", NotAnswered, "cloud-mqtt-intermediate"),
        new("secure_client_renego", "VULNERABLE", NotAnswered, "cloud-https-intermediate"),
        new("secure_client_renego", "VULNERABLE", NotAnswered, "gateway-sensors-intermediate"),
        new("BREACH", "client x509-based authentication", ClientCertificate),
        new("cert_revocation", "Neither CRL nor OCSP URI provided", "Sealway's parts ask the fleet's registry about every certificate; a URI in a certificate would let a stranger choose whom they call."),
        new("cert_expirationStatus", "expires < ", "The EST server makes its own certificate, for thirty days, and makes it anew by itself.", "fleet-serve"),
        new("cert_notAfter", "", "As above: thirty days.", "fleet-serve"),
        new("cert_subjectAltName", "No SAN", Pinned, "gateway-pairing"),
        new("cert_trust", "certificate does not match supplied URI", Pinned, "gateway-pairing"),
        new("cert_chain_of_trust", "failed (self signed)", Pinned, "gateway-pairing"),
        new("cert_expirationStatus", "expires < ", Pinned, "gateway-pairing"),
        new("cert_notAfter", "", Pinned, "gateway-pairing"),
    ];

    /// <summary>Whether it explains a finding at a listener.</summary>
    public bool Explains(string listener, TestSslFinding finding) =>
        (Only is null || Only == listener) && Id == finding.Id && finding.Text.StartsWith(Text, StringComparison.Ordinal);
}
