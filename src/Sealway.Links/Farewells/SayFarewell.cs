namespace Sealway.Links;

using System.Net.Security;

/// <summary>
/// Writes the last word of a protocol: why a peer is refused that has just shaken hands. On this platform a refused certificate ends in silence (OpenSSL is
/// never told of it and so sends no alert), so that the handshake is let come to its end, and the reason goes under its protection.
/// </summary>
/// <param name="tls">The stream; nothing was read from it or written to it.</param>
/// <param name="said">The reason and what to do, as <c>Reason: text</c>: printable ASCII, at most 255 characters.</param>
/// <param name="cancellation">Ends the attempt.</param>
internal delegate Task SayFarewell(SslStream tls, string said, CancellationToken cancellation);
