namespace Sealway.Messages.Tests;

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Testing;

/// <summary>
/// The vectors of docs/vectors: what is in them, and how they are written. They were written once and are kept: ES256
/// signatures, salts and seals are new each time, so that writing them again changes every file.
/// </summary>
internal static class VectorFiles
{
    /// <summary>A vector longer than this stays in the tests; the limit that it breaks stands in docs/protocol.md.</summary>
    private const int LongestBytes = 8_192;

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Folder => Path.Combine(Repository.Root, "docs", "vectors");

    public static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, file + ".json")))!.AsObject();

    /// <summary>Adds the vectors that have no place in the files yet; the others stay as they are, byte for byte.</summary>
    public static void WriteMissing()
    {
        foreach (IGrouping<string, Example> file in ValidMessages.All().GroupBy(one => one.File))
        {
            AddMissing(file.Key, [.. file.Select(Valid)]);
        }

        AddMissing("refusals", [.. RefusedMessages.All().Where(one => one.Example.Bytes.Length <= LongestBytes).Select(Refused)]);
    }

    public static void WriteAll()
    {
        Directory.CreateDirectory(Folder);
        foreach (IGrouping<string, Example> file in ValidMessages.All().GroupBy(one => one.File))
        {
            JsonObject content = new() { ["about"] = About(file.Key) };
            if (file.Key == "keys")
            {
                content["keys"] = Parties.Describe();
            }

            content["vectors"] = new JsonArray([.. file.Select(Valid)]);
            Write(file.Key, content);
        }

        Write("refusals", new JsonObject
        {
            ["about"] = "Messages that must be refused, and why. Their signatures are good unless it is the signature that is at fault.",
            ["vectors"] = new JsonArray([.. RefusedMessages.All().Where(one => one.Example.Bytes.Length <= LongestBytes).Select(Refused)]),
        });
    }

    private static void AddMissing(string file, IReadOnlyList<JsonObject> made)
    {
        JsonObject content = Read(file);
        HashSet<string> names = [.. content["vectors"]!.AsArray().Select(one => one!["name"]!.GetValue<string>())];
        JsonObject[] missing = [.. made.Where(one => !names.Contains(one["name"]!.GetValue<string>()))];
        if (file == "keys")
        {
            content["keys"] = Parties.Describe();
        }

        foreach (JsonObject one in missing)
        {
            content["vectors"]!.AsArray().Add(one);
        }

        if (missing.Length > 0 || file == "keys")
        {
            Write(file, content);
        }
    }

    private static string About(string file) => file switch
    {
        "keys" => "The keys of all vectors, with their private scalars: never enrol them. Then two COSE_Keys.",
        "readings" => "Readings, signed by the key that 'with' names.",
        "entries" => "Entries; their bodies are judged elsewhere. leafHash = SHA-256(00 || bytes).",
        "events" => "Events: the bodies of entries of kind 3, or items of slots.",
        "statements" => "Entries of a registry, signed for their place: 'with' names log, index and key.",
        "heads" => "Heads, countersignatures on the head in 'with', and receipts over the root in 'with'.",
        "sealing" => "Epochs, grants, slots in plaintext and sealed slots. 'with' names the log and the members, or gives the epoch's key.",
        "commands" => "Commands, signed for the log in 'with', and command slots sealed to the key gateway-hpke.",
        "following" => "Follow messages and a sequence of them.",
        "sensor-link" => "What a gateway says to a sensor; what a sensor says is a reading.",
        _ => throw new InvalidDataException($"{file} has no words yet"),
    };

    private static JsonObject Valid(Example example) => new()
    {
        ["name"] = example.Name,
        ["kind"] = example.Kind,
        ["with"] = example.With.DeepClone(),
        ["bytes"] = Convert.ToHexStringLower(example.Bytes),
        ["says"] = MessageKinds.Judge(example.Kind, example.Bytes, example.With).Says,
    };

    private static JsonObject Refused(RefusedMessage message) => new()
    {
        ["name"] = message.Example.Name,
        ["kind"] = message.Example.Kind,
        ["with"] = message.Example.With.DeepClone(),
        ["bytes"] = Convert.ToHexStringLower(message.Example.Bytes),
        ["reason"] = message.Reason.ToString(),
        ["number"] = (int)message.Reason,
    };

    private static void Write(string file, JsonObject content) =>
        File.WriteAllText(Path.Combine(Folder, file + ".json"), content.ToJsonString(Options) + "\n");
}
