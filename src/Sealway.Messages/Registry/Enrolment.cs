namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>A key gets a name and a role. Its kid is enrolled once per fleet, ever.</summary>
/// <param name="Key">The signing key.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Name">1 to 63 of a–z, 0–9 and -; unique among the parties of a fleet; opaque in a home.</param>
/// <param name="Model">The maker's words, or null.</param>
/// <param name="Certificate">X.509 in DER, or null; the authority's own enrolment carries the certificate that issues the fleet's TLS certificates.</param>
/// <param name="Agreement">The party's HPKE key, or null; gateways and apps of sealed logs have one.</param>
/// <param name="Recovery">In the authority's own enrolment: SHA-256 of the recovery key's COSE_Key, 32 bytes (see <see cref="Rotation.RecoveryHash"/>); else null.</param>
public sealed record Enrolment(
    PublicKey Key, Role Role, string Name, string? Model = null, ReadOnlyMemory<byte>? Certificate = null, PublicKey? Agreement = null, ReadOnlyMemory<byte>? Recovery = null)
    : StatementContent(EntryKind.Enrol)
{
    internal static Enrolment Read(WireReader reader, int fields)
    {
        reader.Key(1);
        PublicKey key = PublicKey.Read(reader);
        reader.Key(2);
        Role role = (Role)reader.Number((ulong)Role.Registrar);
        reader.Key(3);
        string name = reader.Text(63);
        if (!LogId.IsName(name))
        {
            throw reader.Wrong(Refusal.WrongText);
        }

        string? model = null;
        ReadOnlyMemory<byte>? certificate = null;
        PublicKey? agreement = null;
        ReadOnlyMemory<byte>? recovery = null;
        for (int i = 3; i < fields; i++)
        {
            switch (reader.Key())
            {
                case 4:
                    model = reader.Text();
                    break;
                case 5:
                    certificate = reader.Bytes(1, Limits.CertificateBytes);
                    break;
                case 6:
                    agreement = PublicKey.Read(reader);
                    break;
                case 7 when role == Role.Authority:
                    recovery = reader.Bytes(Rotation.RecoveryHashSize);
                    break;
                default:
                    throw reader.Wrong(Refusal.UnexpectedHeader);
            }
        }

        return key.Use == KeyUse.Sign && agreement is null or { Use: KeyUse.Agree }
            ? new Enrolment(key, role, name, model, certificate, agreement, recovery)
            : throw reader.Wrong(Refusal.WrongAlgorithm);
    }

    private protected override void Write(CborWriter cbor)
    {
        cbor.WriteStartMap(3 + (Model is null ? 0 : 1) + (Certificate is null ? 0 : 1) + (Agreement is null ? 0 : 1) + (Recovery is null ? 0 : 1));
        cbor.WriteInt32(1);
        Key.Write(cbor);
        cbor.Field(2, (ulong)Role);
        cbor.Field(3, Name);
        if (Model is not null)
        {
            cbor.Field(4, Model);
        }

        if (Certificate is { } certificate)
        {
            cbor.Field(5, certificate.Span);
        }

        if (Agreement is not null)
        {
            cbor.WriteInt32(6);
            Agreement.Write(cbor);
        }

        if (Recovery is { } recovery)
        {
            cbor.Field(7, recovery.Span);
        }

        cbor.WriteEndMap();
    }
}
