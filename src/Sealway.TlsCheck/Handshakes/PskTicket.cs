namespace Sealway.TlsCheck.Handshakes;

/// <summary>A ticket of TLS 1.3 (RFC 8446 section 4.6.1).</summary>
/// <param name="Identity">What is shown to resume.</param>
/// <param name="AgeAdd">What is added to its age.</param>
/// <param name="Key">The pre-shared key.</param>
/// <param name="EarlyData">How many bytes the server takes before the handshake is done.</param>
internal sealed record PskTicket(byte[] Identity, uint AgeAdd, byte[] Key, uint EarlyData);
