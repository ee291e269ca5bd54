namespace Sealway.Fuzz.Seeds;

using System.Text.Json.Nodes;

/// <summary>The messages of docs/vectors, accepted and refused ones.</summary>
internal sealed class VectorFiles
{
    private readonly ILookup<string, byte[]> _byKind;

    /// <summary>Reads every file of a folder.</summary>
    public VectorFiles(string folder) => _byKind = Directory.EnumerateFiles(folder, "*.json")
        .Order(StringComparer.Ordinal)
        .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))?["vectors"]?.AsArray() ?? [])
        .Where(vector => vector!["bytes"] is not null)
        .ToLookup(vector => (string)vector!["kind"]!, vector => Convert.FromHexString((string)vector!["bytes"]!));

    /// <summary>All of these kinds.</summary>
    public IEnumerable<byte[]> Of(params string[] kinds) => kinds.SelectMany(kind => _byKind[kind]);

    /// <summary>Every vector.</summary>
    public IEnumerable<byte[]> All => _byKind.SelectMany(kind => kind);
}
