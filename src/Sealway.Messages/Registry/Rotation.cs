namespace Sealway.Messages;

using System.Formats.Cbor;
using System.Security.Cryptography;

/// <summary>
/// A key names its successor; signed by the old key. A replaced signing key counts as revoked. With a recovery key it is a
/// recovery: that key signs instead of the authority's, which may be lost or in wrong hands.
/// </summary>
/// <param name="Old">The key that is replaced; it signs this, unless the recovery key does.</param>
/// <param name="Key">The new signing key, or null when only the HPKE key changes.</param>
/// <param name="SinceMilliseconds">From when on, milliseconds since 1970.</param>
/// <param name="Last">The last under the old key that counts, or null.</param>
/// <param name="Agreement">The new HPKE key, or null when it stays.</param>
/// <param name="Recovery">The recovery key, which signs this and whose hash the registry has; null unless this is a recovery.</param>
/// <param name="NextRecovery">The hash of the next recovery key, 32 bytes (see <see cref="RecoveryHash"/>); there exactly if <paramref name="Recovery"/> is, since each recovers once.</param>
public sealed record Rotation(
    Kid Old, PublicKey? Key, ulong SinceMilliseconds, LastThatCounts? Last = null, PublicKey? Agreement = null, PublicKey? Recovery = null, ReadOnlyMemory<byte>? NextRecovery = null)
    : StatementContent(EntryKind.Rotate)
{
    /// <summary>The bytes of a recovery key's hash.</summary>
    public const int RecoveryHashSize = SHA256.HashSizeInBytes;

    /// <summary>What the registry keeps of a recovery key until it is used.</summary>
    /// <param name="key">The recovery key.</param>
    /// <returns>SHA-256 of its COSE_Key, 32 bytes.</returns>
    public static byte[] RecoveryHash(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SHA256.HashData(key.ToCoseKey());
    }

    internal static Rotation Read(WireReader reader, int fields)
    {
        reader.Key(1);
        Kid old = reader.Kid();
        PublicKey? key = null;
        PublicKey? agreement = null;
        PublicKey? recovery = null;
        ReadOnlyMemory<byte>? nextRecovery = null;
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
                case 7:
                    recovery = PublicKey.Read(reader);
                    break;
                case 8:
                    nextRecovery = reader.Bytes(RecoveryHashSize);
                    break;
                default:
                    throw reader.Wrong(Refusal.UnexpectedHeader);
            }
        }

        return since is null || (key is null && agreement is null) || recovery is null != nextRecovery is null ? throw reader.Wrong(Refusal.WrongCount)
            : recovery is not null && (key is null || last is not null || agreement is not null) ? throw reader.Wrong(Refusal.UnexpectedHeader)
            : key is { Use: not KeyUse.Sign } || agreement is { Use: not KeyUse.Agree } || recovery is { Use: not KeyUse.Sign } ? throw reader.Wrong(Refusal.WrongAlgorithm)
            : new Rotation(old, key, since.Value, last, agreement, recovery, nextRecovery);
    }

    private protected override void Write(CborWriter cbor)
    {
        cbor.WriteStartMap(2 + (Key is null ? 0 : 1) + (Last is null ? 0 : 1) + (Agreement is null ? 0 : 1) + (Recovery is null ? 0 : 1) + (NextRecovery is null ? 0 : 1));
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

        if (Recovery is not null)
        {
            cbor.WriteInt32(7);
            Recovery.Write(cbor);
        }

        if (NextRecovery is { } next)
        {
            cbor.Field(8, next.Span);
        }

        cbor.WriteEndMap();
    }
}
