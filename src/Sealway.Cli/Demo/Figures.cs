namespace Sealway.Cli.Demo;

using System.Text.Json;

/// <summary>Reads figures out of a part's health report by their dotted path; what is not there yet is 0.</summary>
internal static class Figures
{
    public static long Count(this JsonElement? health, string path) => At(health, path) is { ValueKind: JsonValueKind.Number } number ? (long)number.GetDouble() : 0;

    public static double Value(this JsonElement? health, string path) => At(health, path) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : 0;

    public static bool Flag(this JsonElement? health, string path) => At(health, path) is { ValueKind: JsonValueKind.True };

    public static string Text(this JsonElement? health, string path) => At(health, path) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : string.Empty;

    public static JsonElement? At(JsonElement? health, string path)
    {
        JsonElement? at = health;
        foreach (string step in path.Split('.'))
        {
            if (at is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(step, out JsonElement child))
            {
                at = child;
            }
            else if (at is { ValueKind: JsonValueKind.Array } list && int.TryParse(step, out int index) && index < list.GetArrayLength())
            {
                at = list[index];
            }
            else
            {
                return null;
            }
        }

        return at;
    }
}
