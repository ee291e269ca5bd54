namespace Sealway.TlsCheck.Reports;

using Sealway.TlsCheck.Suites;

/// <summary>An accepted suite.</summary>
/// <param name="Id">Its number, <c>0xC02F</c>; of SSL 2 with six digits.</param>
/// <param name="Name">Its IANA name.</param>
/// <param name="Bits">The strength of its cipher.</param>
/// <param name="ForwardSecret">Whether keys are exchanged with forward secrecy.</param>
/// <param name="Aead">Whether encryption and authentication are one operation.</param>
internal sealed record SuiteReport(string Id, string Name, int Bits, bool ForwardSecret, bool Aead)
{
    public static SuiteReport Of(CipherSuite suite) => new(suite.Number, suite.Name, suite.Bits, suite.ForwardSecret, suite.Aead);
}
