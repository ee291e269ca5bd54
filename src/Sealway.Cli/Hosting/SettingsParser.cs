namespace Sealway.Cli.Hosting;

using System.Text.Json;

/// <summary>Reads JSON (comments and trailing commas allowed) into nodes that know their places.</summary>
internal static class SettingsParser
{
    private const int MaxDepth = 32;

    /// <summary>The value that the bytes hold.</summary>
    /// <param name="json">UTF-8, checked to be well-formed.</param>
    /// <param name="mistake">Called for a key that is written twice and for a text that is no Unicode, with its offset, its path, what is wrong and the mend.</param>
    /// <exception cref="JsonException">The bytes are no JSON; the exception knows the line.</exception>
    public static SettingsNode Parse(ReadOnlySpan<byte> json, Action<int, string, string, string?> mistake)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth });
        reader.Read();
        SettingsNode node = Value(ref reader, "", mistake);
        // Throws if anything but space and comments follows.
        reader.Read();
        return node;
    }

    private static SettingsNode Value(ref Utf8JsonReader reader, string path, Action<int, string, string, string?> mistake)
    {
        int offset = (int)reader.TokenStartIndex;
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => Object(ref reader, path, mistake),
            JsonTokenType.StartArray => Array(ref reader, path, mistake),
            JsonTokenType.String => new(JsonValueKind.String, offset, Text(ref reader, path, mistake)),
            JsonTokenType.Number => new(JsonValueKind.Number, offset, System.Text.Encoding.ASCII.GetString(reader.ValueSpan)),
            JsonTokenType.True => new(JsonValueKind.True, offset),
            JsonTokenType.False => new(JsonValueKind.False, offset),
            _ => new(JsonValueKind.Null, offset),
        };
    }

    private static SettingsNode Object(ref Utf8JsonReader reader, string path, Action<int, string, string, string?> mistake)
    {
        SettingsNode node = new(JsonValueKind.Object, (int)reader.TokenStartIndex);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            int offset = (int)reader.TokenStartIndex;
            string name = Text(ref reader, path, mistake);
            string inner = path.Length == 0 ? name : $"{path}.{name}";
            reader.Read();
            SettingsNode value = Value(ref reader, inner, mistake);
            if (node.Find(name) is not null)
            {
                mistake(offset, inner, "this key is written twice", "keep one of the two");
            }
            else
            {
                node.Members.Add(new(name, offset, value));
            }
        }

        return node;
    }

    private static SettingsNode Array(ref Utf8JsonReader reader, string path, Action<int, string, string, string?> mistake)
    {
        SettingsNode node = new(JsonValueKind.Array, (int)reader.TokenStartIndex);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            node.Items.Add(Value(ref reader, $"{path}[{node.Items.Count}]", mistake));
        }

        return node;
    }

    // An escape may name half a character, which the reader finds only when the text is asked for.
    private static string Text(ref Utf8JsonReader reader, string path, Action<int, string, string, string?> mistake)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            mistake((int)reader.TokenStartIndex, path, "this text holds half a character (a lone surrogate)", "write the character itself");
            return "";
        }
    }
}
