namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>A certificate that the fleet's issuer has signed.</summary>
/// <param name="Issuer">The issuer's subject key identifier, in hexadecimal digits: a fleet may have had several issuers.</param>
/// <param name="Serial">The serial number, in hexadecimal digits.</param>
/// <param name="Kid">The signing key of the party that it names: by it the registry says whether it still counts.</param>
/// <param name="NotAfter">When it expires, to the second.</param>
public sealed record IssuedCertificate(string Issuer, string Serial, Kid Kid, DateTimeOffset NotAfter);
