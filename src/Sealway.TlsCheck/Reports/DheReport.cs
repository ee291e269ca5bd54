namespace Sealway.TlsCheck.Reports;

/// <summary>A Diffie-Hellman prime that the server chose itself (TLS 1.2 and older).</summary>
/// <param name="Bits">Its size.</param>
/// <param name="Name">What it is called, if many servers share it: <c>ffdhe2048</c>, <c>RFC 2409 group 2</c>; else null.</param>
/// <param name="Export">Whether an export suite led to it.</param>
internal sealed record DheReport(int Bits, string? Name, bool Export);
