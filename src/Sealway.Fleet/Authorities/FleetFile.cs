namespace Sealway.Fleet;

using System.Text;
using System.Text.Json;
using Sealway.Messages;

/// <summary>A fleet's <c>fleet.json</c>.</summary>
/// <param name="Name">The authority's name.</param>
/// <param name="Authority">The pinned key's short name.</param>
/// <param name="RecoveryHash">SHA-256 of the recovery key's COSE_Key, in hexadecimal.</param>
internal sealed record FleetFile(string Name, Kid Authority, string RecoveryHash)
{
    public static FleetFile Load(string path)
    {
        string text = PrivateFile.ReadPublic(path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            string name = json.RootElement.GetProperty("name").GetString() ?? "";
            string recovery = json.RootElement.GetProperty("recovery").GetString() ?? "";
            return LogId.IsName(name) && Kid.TryParse(json.RootElement.GetProperty("authority").GetString(), out Kid authority)
                ? new FleetFile(name, authority, recovery)
                : throw new FleetFileException(path, "the name or the authority in it is not one");
        }
        catch (Exception inner) when (inner is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FleetFileException(path, "it is not an object with the texts name, authority and recovery", inner);
        }
    }

    public void Save(string path)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteString("authority", Authority.ToString());
            json.WriteString("recovery", RecoveryHash);
            json.WriteEndObject();
        }

        PrivateFile.WritePublic(path, Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n");
    }
}
