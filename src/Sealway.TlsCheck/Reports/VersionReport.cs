namespace Sealway.TlsCheck.Reports;

/// <summary>One version of the protocol.</summary>
/// <param name="Version">Its name: <c>TLS 1.2</c>.</param>
/// <param name="Offered">Whether the server speaks it.</param>
/// <param name="Why">How it refused, or why it could not be told; null if it is offered.</param>
/// <param name="Suites">What it accepts, in the server's order if it has one.</param>
/// <param name="SuitesComplete">Whether every suite was asked for and answered.</param>
/// <param name="ServerOrder">Yes: the server's order decides; no: the client's; not applicable with less than two suites.</param>
internal sealed record VersionReport(string Version, Answer Offered, string? Why, IReadOnlyList<SuiteReport> Suites, bool SuitesComplete, Answer ServerOrder);
