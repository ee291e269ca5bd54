namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>Who a key belongs to, as the registry says.</summary>
/// <param name="Kid">The signing key's short name.</param>
/// <param name="Key">The signing key.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Name">The enrolled name; a key that replaced another has that one's name.</param>
/// <param name="Model">The maker's words, or null.</param>
/// <param name="Certificate">X.509 in DER, or null; of the authority the certificate that issues the fleet's TLS certificates.</param>
/// <param name="Agreement">The HPKE key, or null.</param>
/// <param name="EnrolledAt">The index of the statement that brought the key: its enrolment, or the rotation of the key before it.</param>
public sealed record Party(Kid Kid, PublicKey Key, Role Role, string Name, string? Model, ReadOnlyMemory<byte>? Certificate, PublicKey? Agreement, ulong EnrolledAt);
