namespace Sealway.TlsCheck.Reports;

/// <summary>How an endpoint stands to a profile.</summary>
/// <param name="Name">Which.</param>
/// <param name="Meets">Whether it is met; an endpoint of which too little could be told does not meet it.</param>
/// <param name="Because">The ids of the findings that are against it.</param>
internal sealed record ProfileReport(Profile Name, bool Meets, IReadOnlyList<string> Because);
