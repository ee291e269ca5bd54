namespace Sealway.Messages.Tests;

using System.Text.Json;
using Sealway.Testing;

/// <summary>Reads the public vectors that lie beside a checkout.</summary>
internal static class VectorFile
{
    public static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllBytes(Shared.Path("vectors/" + path))).RootElement;

    public static string Text(string path) => File.ReadAllText(Shared.Path("vectors/" + path));

    public static IEnumerable<(string Name, JsonElement Vector)> Folder(string path) =>
        Directory.GetFiles(Shared.Path("vectors/" + path), "*.json").Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileNameWithoutExtension(file), JsonDocument.Parse(File.ReadAllBytes(file)).RootElement));

    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static byte[] Base64Url(this JsonElement element, string name)
    {
        string text = element.Text(name).Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }
}
