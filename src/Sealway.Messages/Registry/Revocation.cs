namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>A key is withdrawn.</summary>
/// <param name="Key">Which.</param>
/// <param name="SinceMilliseconds">From when on it does not count, milliseconds since 1970; decides where <paramref name="Last"/> is missing.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Last">The last that counts, or null.</param>
public sealed record Revocation(Kid Key, ulong SinceMilliseconds, string Reason, LastThatCounts? Last = null) : StatementContent(EntryKind.Revoke)
{
    internal static Revocation Read(WireReader reader, int fields)
    {
        reader.Key(1);
        Kid key = reader.Kid();
        reader.Key(2);
        ulong since = reader.Number();
        reader.Key(3);
        string reason = reader.Text();
        LastThatCounts? last = null;
        if (fields > 3)
        {
            reader.Key(4);
            last = LastThatCounts.Read(reader);
        }

        return new Revocation(key, since, reason, last);
    }

    private protected override void Write(CborWriter cbor)
    {
        cbor.WriteStartMap(Last is null ? 3 : 4);
        cbor.Field(1, Key);
        cbor.Field(2, SinceMilliseconds);
        cbor.Field(3, Reason);
        if (Last is not null)
        {
            cbor.WriteInt32(4);
            Last.Write(cbor);
        }

        cbor.WriteEndMap();
    }
}
