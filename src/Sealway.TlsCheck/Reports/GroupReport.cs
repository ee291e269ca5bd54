namespace Sealway.TlsCheck.Reports;

/// <summary>A group for the exchange of keys that the server accepts.</summary>
/// <param name="Id">Its number: <c>0x001D</c>.</param>
/// <param name="Name">Its IANA name.</param>
/// <param name="Bits">The size of field or prime.</param>
/// <param name="Versions">In which versions it was seen.</param>
internal sealed record GroupReport(string Id, string Name, int Bits, IReadOnlyList<string> Versions);
