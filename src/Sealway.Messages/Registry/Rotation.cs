namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>A key names its successor; signed by the old key. A replaced signing key counts as revoked.</summary>
/// <param name="Old">The key that signs this.</param>
/// <param name="Key">The new signing key, or null when only the HPKE key changes.</param>
/// <param name="SinceMilliseconds">From when on, milliseconds since 1970.</param>
/// <param name="Last">The last under the old key that counts, or null.</param>
/// <param name="Agreement">The new HPKE key, or null when it stays.</param>
public sealed record Rotation(Kid Old, PublicKey? Key, ulong SinceMilliseconds, LastThatCounts? Last = null, PublicKey? Agreement = null)
    : StatementContent(EntryKind.Rotate)
{
    internal static Rotation Read(WireReader reader, int fields)
    {
        reader.Key(1);
        Kid old = reader.Kid();
        PublicKey? key = null;
        PublicKey? agreement = null;
        LastThatCounts? last = null;
        ulong? since = null;
        for (int i = 1; i < fields; i++)
        {
            switch (reader.Key())
            {
                case 2:
                    key = PublicKey.Read(reader);
                    break;
                case 3:
                    since = reader.Number();
                    break;
                case 4:
                    last = LastThatCounts.Read(reader);
                    break;
                case 6:
                    agreement = PublicKey.Read(reader);
                    break;
                default:
                    throw reader.Wrong(Refusal.UnexpectedHeader);
            }
        }

        return since is null || (key is null && agreement is null) ? throw reader.Wrong(Refusal.WrongCount)
            : key is { Use: not KeyUse.Sign } || agreement is { Use: not KeyUse.Agree } ? throw reader.Wrong(Refusal.WrongAlgorithm)
            : new Rotation(old, key, since.Value, last, agreement);
    }

    private protected override void Write(CborWriter cbor)
    {
        cbor.WriteStartMap(2 + (Key is null ? 0 : 1) + (Last is null ? 0 : 1) + (Agreement is null ? 0 : 1));
        cbor.Field(1, Old);
        if (Key is not null)
        {
            cbor.WriteInt32(2);
            Key.Write(cbor);
        }

        cbor.Field(3, SinceMilliseconds);
        if (Last is not null)
        {
            cbor.WriteInt32(4);
            Last.Write(cbor);
        }

        if (Agreement is not null)
        {
            cbor.WriteInt32(6);
            Agreement.Write(cbor);
        }

        cbor.WriteEndMap();
    }
}
