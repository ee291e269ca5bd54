namespace Sealway.TlsCheck.Reports;

/// <summary>A chain that the server showed; servers with several keys show several.</summary>
/// <param name="Versions">In which versions it was seen.</param>
/// <param name="Certificates">As they were sent, the server's own first.</param>
/// <param name="Trusted">Whether it leads to an authority that is trusted here.</param>
/// <param name="TrustProblem">Why not.</param>
/// <param name="NameMatches">Whether it names the host.</param>
/// <param name="Valid">Whether now lies between its dates.</param>
/// <param name="InOrder">Whether each certificate is followed by its issuer.</param>
/// <param name="RootSent">Whether the self-signed root is among what was sent.</param>
/// <param name="Stapled">Whether an OCSP answer was stapled.</param>
/// <param name="SignatureScheme">How the handshake was signed, or null if it never is.</param>
/// <param name="SignatureVerified">Whether the handshake's signature fits the certificate.</param>
internal sealed record ChainReport(
    IReadOnlyList<string> Versions,
    IReadOnlyList<CertificateReport> Certificates,
    Answer Trusted,
    string? TrustProblem,
    Answer NameMatches,
    Answer Valid,
    Answer InOrder,
    Answer RootSent,
    Answer Stapled,
    string? SignatureScheme,
    Answer SignatureVerified);
