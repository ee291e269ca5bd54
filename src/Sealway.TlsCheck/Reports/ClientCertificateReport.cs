namespace Sealway.TlsCheck.Reports;

/// <summary>Whether the server wants to know who the client is.</summary>
/// <param name="Asked">Whether it asks for a certificate.</param>
/// <param name="Required">Whether it goes on without one.</param>
/// <param name="Accepted">Whether it took the one that was given to the check.</param>
/// <param name="Authorities">The authorities that it names, at most 64.</param>
internal sealed record ClientCertificateReport(Answer Asked, Answer Required, Answer Accepted, IReadOnlyList<string> Authorities);
