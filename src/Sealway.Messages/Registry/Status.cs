namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>Every revocation so far, through a time: what tells that nothing was withheld. Replaced keys count as revoked.</summary>
/// <param name="ThroughMilliseconds">Complete up to here, milliseconds since 1970.</param>
/// <param name="Revoked">Each revoked key and since when, in rising order of the kids, at most 2,048 in one page.</param>
/// <param name="Page">The first and last kid that this page covers, or null when one page holds all.</param>
public sealed record Status(ulong ThroughMilliseconds, IReadOnlyList<(Kid Key, ulong SinceMilliseconds)> Revoked, (Kid First, Kid Last)? Page = null)
    : StatementContent(EntryKind.Status)
{
    internal static Status Read(WireReader reader, int fields)
    {
        reader.Key(1);
        ulong through = reader.Number();
        reader.Key(2);
        (Kid Key, ulong Since)[] revoked = new (Kid, ulong)[reader.Array(0, Limits.StatusRevocations)];
        for (int i = 0; i < revoked.Length; i++)
        {
            reader.Array(2);
            revoked[i] = (reader.Kid(), reader.Number());
            reader.EndArray();
            if (i > 0 && revoked[i].Key <= revoked[i - 1].Key)
            {
                throw reader.Wrong(Refusal.NotDeterministic);
            }
        }

        reader.EndArray();
        (Kid First, Kid Last)? page = null;
        if (fields > 2)
        {
            reader.Key(3);
            reader.Array(2);
            page = (reader.Kid(), reader.Kid());
            reader.EndArray();
            if (page.Value.First > page.Value.Last || revoked.Any(one => one.Key < page.Value.First || one.Key > page.Value.Last))
            {
                throw reader.Wrong(Refusal.NumberOutOfRange);
            }
        }

        return new Status(through, revoked, page);
    }

    private protected override void Write(CborWriter cbor)
    {
        cbor.WriteStartMap(Page is null ? 2 : 3);
        cbor.Field(1, ThroughMilliseconds);
        cbor.WriteInt32(2);
        cbor.WriteStartArray(Revoked.Count);
        foreach ((Kid key, ulong since) in Revoked)
        {
            cbor.WriteStartArray(2);
            cbor.WriteKid(key);
            cbor.WriteUInt64(since);
            cbor.WriteEndArray();
        }

        cbor.WriteEndArray();
        if (Page is { } page)
        {
            cbor.WriteInt32(3);
            cbor.WriteStartArray(2);
            cbor.WriteKid(page.First);
            cbor.WriteKid(page.Last);
            cbor.WriteEndArray();
        }

        cbor.WriteEndMap();
    }
}
