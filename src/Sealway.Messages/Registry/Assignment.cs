namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>A sensor belongs to a gateway and a subject from a time on; a later assignment of the same sensor replaces it.</summary>
/// <param name="Sensor">The sensor's key.</param>
/// <param name="Gateway">The gateway's enrolled name.</param>
/// <param name="Subject">A patient's pseudonym, or an opaque name of a room.</param>
/// <param name="SinceMilliseconds">From when on, milliseconds since 1970.</param>
/// <param name="Archive">Whose countersignature makes a head final for these readings, or null.</param>
public sealed record Assignment(Kid Sensor, string Gateway, string Subject, ulong SinceMilliseconds, Kid? Archive = null) : StatementContent(EntryKind.Assign)
{
    internal static Assignment Read(WireReader reader, int fields)
    {
        reader.Key(1);
        Kid sensor = reader.Kid();
        reader.Key(2);
        string gateway = reader.Text(63);
        if (!LogId.IsName(gateway) || fields is < 4 or > 5)
        {
            throw reader.Wrong(Refusal.WrongText);
        }

        reader.Key(3);
        string subject = reader.Text();
        reader.Key(4);
        ulong since = reader.Number();
        Kid? archive = null;
        if (fields == 5)
        {
            reader.Key(5);
            archive = reader.Kid();
        }

        return new Assignment(sensor, gateway, subject, since, archive);
    }

    private protected override void Write(CborWriter cbor)
    {
        cbor.WriteStartMap(Archive is null ? 4 : 5);
        cbor.Field(1, Sensor);
        cbor.Field(2, Gateway);
        cbor.Field(3, Subject);
        cbor.Field(4, SinceMilliseconds);
        if (Archive is { } archive)
        {
            cbor.Field(5, archive);
        }

        cbor.WriteEndMap();
    }
}
