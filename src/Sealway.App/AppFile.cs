namespace Sealway.App;

using System.Text.Json;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>A member's <c>app.json</c>, beside its keys: what it follows and where.</summary>
/// <param name="Log">The home's log, of the generation when the app paired.</param>
/// <param name="Registry">The household's registry.</param>
/// <param name="Cloud">Where the cloud is followed.</param>
/// <param name="Gateway">The gateway's enrolled name.</param>
/// <param name="Owner">Whether this member was the household's owner when it paired.</param>
public sealed record AppFile(LogId Log, LogId Registry, HostPort Cloud, string Gateway, bool Owner)
{
    /// <summary>The file's name in a member's folder.</summary>
    public const string FileName = "app.json";

    /// <summary>Reads a member's file.</summary>
    /// <param name="folder">The member's folder.</param>
    /// <exception cref="FleetFileException">It is missing or wrong.</exception>
    public static AppFile Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        string text = PrivateFile.ReadPublic(path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            JsonElement root = json.RootElement;
            return new AppFile(
                LogId.Parse(Text(root, "log")),
                LogId.Parse(Text(root, "registry")),
                HostPort.Parse(Text(root, "cloud")),
                Text(root, "gateway"),
                root.GetProperty("owner").GetBoolean());
        }
        catch (Exception inner) when (inner is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or MessageException)
        {
            throw new FleetFileException(path, "it is not an object with log, registry, cloud, gateway and owner; pair again", inner);
        }
    }

    /// <summary>Writes a member's file.</summary>
    /// <param name="folder">The member's folder.</param>
    /// <exception cref="FleetFileException">It cannot be written.</exception>
    public void Save(string folder)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("log", Log.ToString());
            json.WriteString("registry", Registry.ToString());
            json.WriteString("cloud", Cloud.ToString());
            json.WriteString("gateway", Gateway);
            json.WriteBoolean("owner", Owner);
            json.WriteEndObject();
        }

        PrivateFile.Write(Path.Combine(folder, FileName), stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? string.Empty;
}
