namespace Sealway.TlsCheck.Reports;

/// <summary>One certificate as it was sent.</summary>
/// <param name="Subject">Whom it names.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="Serial">In hexadecimal.</param>
/// <param name="NotBefore">From when it is valid.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="Key">Kind of key: <c>RSA</c>, <c>ECDSA</c>, <c>Ed25519</c> …</param>
/// <param name="KeyBits">Its size.</param>
/// <param name="Signature">How it was signed: <c>sha256RSA</c>.</param>
/// <param name="Names">DNS names and addresses in it.</param>
/// <param name="SelfSigned">Whether it names itself as its issuer.</param>
/// <param name="Sha256">Its fingerprint.</param>
internal sealed record CertificateReport(
    string Subject, string Issuer, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Key, int KeyBits, string Signature, IReadOnlyList<string> Names, bool SelfSigned, string Sha256);
