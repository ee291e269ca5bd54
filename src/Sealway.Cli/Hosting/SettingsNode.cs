namespace Sealway.Cli.Hosting;

using System.Text.Encodings.Web;
using System.Text.Json;

/// <summary>One value of a configuration file, with its place and what was asked of it.</summary>
/// <param name="kind">The kind of JSON value.</param>
/// <param name="offset">Where it begins, in bytes from the start of the file.</param>
/// <param name="text">The string, or the number as written; empty for other kinds.</param>
internal sealed class SettingsNode(JsonValueKind kind, int offset, string text = "")
{
    public JsonValueKind Kind { get; } = kind;

    public int Offset { get; } = offset;

    public string Text { get; } = text;

    /// <summary>The members of an object in the order of the file, the first of each name.</summary>
    public List<SettingsMember> Members { get; } = [];

    /// <summary>The items of a list.</summary>
    public List<SettingsNode> Items { get; } = [];

    /// <summary>The keys that a role knows of this object: what is written and not among them is a mistake.</summary>
    public SortedSet<string> Asked { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a role reads this object as a section; what nobody reads is reported as one unknown key.</summary>
    public bool Opened { get; set; }

    /// <summary>Whether its kind was already complained about.</summary>
    public bool Blamed { get; set; }

    public SettingsNode? Find(string name) => Members.Find(member => member.Name == name)?.Value;

    /// <summary>The value in a few words, for "found …".</summary>
    public string Describe() => Kind switch
    {
        JsonValueKind.Object => "a section { … }",
        JsonValueKind.Array => "a list [ … ]",
        JsonValueKind.String when Text.Length == 0 => "an empty text",
        JsonValueKind.String when Text.Length <= 40 => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Text)}\"",
        JsonValueKind.String => $"a text of {Text.Length} characters",
        JsonValueKind.Number => Text,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}
