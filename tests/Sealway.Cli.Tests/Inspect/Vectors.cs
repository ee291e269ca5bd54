namespace Sealway.Cli.Tests;

using System.Text.Json.Nodes;
using Sealway.Testing;

/// <summary>The messages of docs/vectors.</summary>
internal static class Vectors
{
    /// <summary>Every vector of a file that is one message: its kind, its name, its bytes. Whole registries and logs are lists of these.</summary>
    public static IEnumerable<(string Kind, string Name, byte[] Bytes)> Of(string file) =>
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "vectors", file)))!["vectors"]!.AsArray()
            .Where(vector => vector!["bytes"] is not null)
            .Select(vector => (vector!["kind"]!.GetValue<string>(), vector["name"]!.GetValue<string>(), Convert.FromHexString(vector["bytes"]!.GetValue<string>())));

    /// <summary>Every vector there is, also those that must be refused.</summary>
    public static IReadOnlyList<(string Kind, string Name, byte[] Bytes)> All { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs", "vectors"), "*.json").Order(StringComparer.Ordinal).SelectMany(file => Of(Path.GetFileName(file)))];
}
