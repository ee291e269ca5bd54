namespace Sealway.TlsCheck.Reports;

/// <summary>An old hole by its name.</summary>
/// <param name="Id">Lower case: <c>heartbleed</c>.</param>
/// <param name="Vulnerable">Whether it is open.</param>
/// <param name="Detail">How that was told.</param>
internal sealed record HoleReport(string Id, Answer Vulnerable, string Detail);
