namespace Sealway.Fleet.Tests.VectorFiles;

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>The files of docs/vectors. They were written once and are kept: ES256 signatures are new each time.</summary>
internal static class VectorFolder
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Folder => Path.Combine(Repository.Root, "docs", "vectors");

    public static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, file + ".json")))!.AsObject();

    public static void Write(string file, string about, IEnumerable<JsonObject> vectors)
    {
        JsonObject content = new() { ["about"] = about, ["vectors"] = new JsonArray([.. vectors]) };
        File.WriteAllText(Path.Combine(Folder, file + ".json"), content.ToJsonString(Options) + "\n");
    }
}
