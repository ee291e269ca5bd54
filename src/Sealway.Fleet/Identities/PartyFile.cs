namespace Sealway.Fleet;

using System.Text;
using System.Text.Json;
using Sealway.Messages;

/// <summary>A party's <c>party.json</c>: who the folder belongs to. Nothing in it is secret, and nothing is trusted because of it.</summary>
internal sealed record PartyFile(string Name, Role Role, Kid Kid, string Fleet)
{
    public const string FileName = "party.json";

    public static PartyFile Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        string text = PrivateFile.ReadPublic(path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            string name = Text(json, "name");
            string fleet = Text(json, "fleet");
            return RoleWords.TryParse(Text(json, "role"), out Role role) && Kid.TryParse(Text(json, "kid"), out Kid kid) && LogId.IsName(name) && LogId.IsName(fleet)
                ? new PartyFile(name, role, kid, fleet)
                : throw new FleetFileException(path, "a name, role, kid or fleet in it is not one");
        }
        catch (Exception inner) when (inner is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FleetFileException(path, "it is not an object with the texts name, role, kid and fleet", inner);
        }
    }

    public void Save(string folder)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteString("role", Role.Word());
            json.WriteString("kid", Kid.ToString());
            json.WriteString("fleet", Fleet);
            json.WriteEndObject();
        }

        PrivateFile.WritePublic(Path.Combine(folder, FileName), Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n");
    }

    private static string Text(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetString() ?? "";
}
