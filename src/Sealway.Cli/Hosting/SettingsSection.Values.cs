namespace Sealway.Cli.Hosting;

using System.Globalization;
using System.Net;
using System.Text.Json;
using Sealway.Messages;

/// <content>The values that a section holds.</content>
internal partial class SettingsSection
{
    private const int LongestText = 4096;

    private delegate bool Reader<T>(SettingsNode node, out T value);

    /// <summary>A text, not empty, at most 4,096 characters.</summary>
    public string Text(string key, string? fallback = null, string example = "…") =>
        OptionalText(key, fallback is null, example) ?? fallback ?? "";

    /// <summary>A text, or null if it is not written.</summary>
    public string? OptionalText(string key, string example = "…") => OptionalText(key, required: false, example);

    /// <summary>A list of texts, each once; not written is empty.</summary>
    public IReadOnlyList<string> Texts(string key, int least = 0, int most = 4096, string example = "…") =>
        ParsedList(key, text => text, "texts", example, least, most);

    /// <summary>A file, relative to the configuration's folder.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">The path if the key is not written; null makes it required.</param>
    /// <param name="mustExist">Whether a file must be there.</param>
    /// <returns>The whole path.</returns>
    public string FilePath(string key, string? fallback = null, bool mustExist = false) =>
        OptionalPath(key, fallback, fallback is null, mustExist ? File.Exists : null, "file") ?? _settings.Folder;

    /// <summary>A file, relative to the configuration's folder, or null if it is not written.</summary>
    public string? OptionalFilePath(string key, bool mustExist = false) =>
        OptionalPath(key, null, required: false, mustExist ? File.Exists : null, "file");

    /// <summary>A folder, relative to the configuration's folder.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">The path if the key is not written; null makes it required.</param>
    /// <param name="mustExist">Whether a folder must be there.</param>
    /// <returns>The whole path.</returns>
    public string FolderPath(string key, string? fallback = null, bool mustExist = false) =>
        OptionalPath(key, fallback, fallback is null, mustExist ? Directory.Exists : null, "folder") ?? _settings.Folder;

    /// <summary>A folder, relative to the configuration's folder, or null if it is not written.</summary>
    public string? OptionalFolderPath(string key, bool mustExist = false) =>
        OptionalPath(key, null, required: false, mustExist ? Directory.Exists : null, "folder");

    /// <summary>A whole number in a range, both ends included.</summary>
    public int Integer(string key, int from, int to, int? fallback = null) => (int)Long(key, from, to, fallback);

    /// <summary>A whole number in a range, both ends included, or null if it is not written.</summary>
    public int? OptionalInteger(string key, int from, int to) =>
        TryLong(key, required: false, from, to, from, out long value) ? (int)value : null;

    /// <summary>A whole number in a range, both ends included.</summary>
    public long Long(string key, long from, long to, long? fallback = null) =>
        TryLong(key, fallback is null, from, to, fallback ?? from, out long value) ? value : fallback ?? from;

    /// <summary>A number in a range, both ends included.</summary>
    public double Number(string key, double from, double to, double? fallback = null) =>
        TryNumber(key, fallback is null, from, to, fallback ?? from, out double value) ? value : fallback ?? from;

    /// <summary>A number in a range, both ends included, or null if it is not written.</summary>
    public double? OptionalNumber(string key, double from, double to) =>
        TryNumber(key, required: false, from, to, from, out double value) ? value : null;

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool fallback = false) =>
        TryRead(key, required: false, "true or false", fallback ? "false" : "true", ReadFlag, out bool value) ? value : fallback;

    /// <summary>A duration in a range, both ends included, written with its unit: "200ms", "5s", "1h".</summary>
    public TimeSpan Duration(string key, TimeSpan from, TimeSpan to, TimeSpan? fallback = null) =>
        TryDuration(key, fallback is null, from, to, fallback ?? from, out TimeSpan value) ? value : fallback ?? from;

    /// <summary>A duration in a range, both ends included, or null if it is not written.</summary>
    public TimeSpan? OptionalDuration(string key, TimeSpan from, TimeSpan to) =>
        TryDuration(key, required: false, from, to, from, out TimeSpan value) ? value : null;

    /// <summary>One of an enumeration's words, written with a small first letter.</summary>
    public T Choice<T>(string key, T? fallback = null)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)];
        bool read = TryRead(key, fallback is null, $"one of {string.Join(", ", words)}", $"\"{words[0]}\"", Read, out T value);
        return read ? value : fallback ?? default;

        bool Read(SettingsNode node, out T chosen)
        {
            int index = node.Kind == JsonValueKind.String ? Array.IndexOf(words, node.Text) : -1;
            chosen = index < 0 ? default : Enum.GetValues<T>()[index];
            return index >= 0;
        }
    }

    /// <summary>A TCP port; 0, where allowed, lets the system choose one.</summary>
    public int Port(string key, int? fallback = null, bool anyAllowed = false) => Integer(key, anyAllowed ? 0 : 1, 65535, fallback);

    /// <summary>A host and port to connect to: "cloud.example:8883", "127.0.0.1:8883", "[::1]:8883".</summary>
    public DnsEndPoint Endpoint(string key, string? fallback = null) =>
        OptionalEndpoint(key, fallback is null) ?? Endpoints.ParseHost(fallback ?? "localhost:1");

    /// <summary>A host and port to connect to, or null if it is not written.</summary>
    public DnsEndPoint? OptionalEndpoint(string key) => OptionalEndpoint(key, required: false);

    /// <summary>An address and port to listen on: "127.0.0.1:8883", "[::1]:0", "localhost:0", "*:8883" for every address. Port 0 lets the system choose one.</summary>
    public IPEndPoint Listen(string key, string? fallback = null) =>
        OptionalListen(key, fallback is null) ?? Endpoints.ParseListen(fallback ?? "127.0.0.1:0");

    /// <summary>An address and port to listen on, or null if it is not written.</summary>
    public IPEndPoint? OptionalListen(string key) => OptionalListen(key, required: false);

    /// <summary>An http or https address, or null if it is not written. It is never shown: it may hold a token.</summary>
    public Uri? OptionalUrl(string key) =>
        TryRead(key, required: false, "an http or https address", "\"https://alerts.example/ward\"", Parsing(Endpoints.ParseUrl), out Uri? value, shown: false) ? value : null;

    /// <summary>A text that a parser understands.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parse">Throws <see cref="FormatException"/>, <see cref="ArgumentException"/>, <see cref="OverflowException"/> or <see cref="MessageException"/> for a text that is none.</param>
    /// <param name="expected">What it reads, after "expected": "a kid of 16 hexadecimal digits".</param>
    /// <param name="example">One such text.</param>
    /// <returns>The parsed value; the type's default, perhaps null, stands in for a mistake.</returns>
    public T Parsed<T>(string key, Func<string, T> parse, string expected, string example) =>
        TryRead(key, required: true, expected, $"\"{example}\"", Parsing(parse), out T value) ? value : default!;

    /// <summary>A text that a parser understands, or the fallback if it is not written.</summary>
    public T Parsed<T>(string key, Func<string, T> parse, string expected, string example, T fallback) =>
        TryRead(key, required: false, expected, $"\"{example}\"", Parsing(parse), out T value) ? value : fallback;

    /// <summary>A list of texts that a parser understands, each once; not written is empty.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parse">As in <see cref="Parsed{T}(string, Func{string, T}, string, string)"/>.</param>
    /// <param name="expected">What the list holds, in the plural, after "expected a list of".</param>
    /// <param name="example">One such text.</param>
    /// <param name="least">The smallest number; a list that may not be empty is required.</param>
    /// <param name="most">The largest number.</param>
    public IReadOnlyList<T> ParsedList<T>(string key, Func<string, T> parse, string expected, string example, int least = 0, int most = 4096)
    {
        List<SettingsNode> items = Items(key, least, most, expected, $"[\"{example}\"]", out string path);
        Reader<T> read = Parsing(parse);
        List<T> values = [];
        Dictionary<string, int> seen = [];
        for (int i = 0; i < items.Count; i++)
        {
            if (!read(items[i], out T value))
            {
                _settings.Add(items[i].Offset, $"{path}[{i}]", $"expected a list of {expected}, found {items[i].Describe()} in it", $"write for example \"{example}\"");
            }
            else if (!seen.TryAdd(items[i].Text, i))
            {
                _settings.Add(items[i].Offset, $"{path}[{i}]", $"the same as {path}[{seen[items[i].Text]}]", "remove one of the two");
            }
            else
            {
                values.Add(value);
            }
        }

        return values;
    }

    private static bool ReadText(SettingsNode node, out string value)
    {
        value = node.Text;
        return node.Kind == JsonValueKind.String && node.Text.Length is > 0 and <= LongestText;
    }

    private static bool ReadFlag(SettingsNode node, out bool value)
    {
        value = node.Kind == JsonValueKind.True;
        return node.Kind is JsonValueKind.True or JsonValueKind.False;
    }

    private static Reader<T> Parsing<T>(Func<string, T> parse) => (SettingsNode node, out T value) =>
    {
        value = default!;
        if (!ReadText(node, out string text))
        {
            return false;
        }

        try
        {
            value = parse(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException or MessageException)
        {
            return false;
        }
    };

    private string? OptionalText(string key, bool required, string example) =>
        TryRead(key, required, $"a text of 1 to {LongestText} characters", $"\"{example}\"", ReadText, out string value) ? value : null;

    private string? OptionalPath(string key, string? fallback, bool required, Func<string, bool>? exists, string kind)
    {
        bool read = TryRead(key, required, $"the path of a {kind}", $"\"{fallback ?? kind}\"", ReadPath, out string path);
        if (!read)
        {
            return fallback is null ? null : Path.GetFullPath(fallback, _settings.Folder);
        }

        path = Path.GetFullPath(path, _settings.Folder);
        if (exists is not null && !exists(path))
        {
            Mistake(key, $"there is no {kind} {path}", $"make it, or write the path of another {kind}, relative to {_settings.Folder}");
        }

        return path;

        static bool ReadPath(SettingsNode node, out string value) => ReadText(node, out value) && !value.Contains('\0', StringComparison.Ordinal);
    }

    private bool TryLong(string key, bool required, long from, long to, long example, out long value)
    {
        return TryRead(key, required, $"a whole number from {from} to {to}", $"{example}", Read, out value);

        bool Read(SettingsNode node, out long number)
        {
            number = 0;
            return node.Kind == JsonValueKind.Number
                && long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
                && number >= from && number <= to;
        }
    }

    private bool TryNumber(string key, bool required, double from, double to, double example, out double value)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"a number from {from} to {to}");
        return TryRead(key, required, expected, example.ToString(CultureInfo.InvariantCulture), Read, out value);

        bool Read(SettingsNode node, out double number)
        {
            number = 0;
            return node.Kind == JsonValueKind.Number
                && double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
                && double.IsFinite(number) && number >= from && number <= to;
        }
    }

    private bool TryDuration(string key, bool required, TimeSpan from, TimeSpan to, TimeSpan example, out TimeSpan value)
    {
        string expected = $"a duration with its unit from {Durations.Format(from)} to {Durations.Format(to)}";
        return TryRead(key, required, expected, $"\"{Durations.Format(example)}\"", Read, out value);

        bool Read(SettingsNode node, out TimeSpan duration)
        {
            duration = default;
            return node.Kind == JsonValueKind.String && Durations.TryParse(node.Text, out duration) && duration >= from && duration <= to;
        }
    }

    private DnsEndPoint? OptionalEndpoint(string key, bool required)
    {
        return TryRead(key, required, "a host and a port", "\"localhost:8883\"", Parsing(Endpoints.ParseHost), out DnsEndPoint? value) ? value : null;
    }

    private IPEndPoint? OptionalListen(string key, bool required)
    {
        return TryRead(key, required, "an address and a port to listen on (* for every address, port 0 for any)", "\"127.0.0.1:8883\"", Parsing(Endpoints.ParseListen), out IPEndPoint? value) ? value : null;
    }

    private bool TryRead<T>(string key, bool required, string expected, string example, Reader<T> reader, out T value, bool shown = true)
    {
        SettingsNode? node = Find(key, out string path, out int near);
        string mend = $"write for example \"{key.Split('.')[^1]}\": {example}";
        if (node is null)
        {
            value = default!;
            if (required)
            {
                Missing(near, path, $"expected {expected}", mend);
            }

            return false;
        }

        if (reader(node, out value))
        {
            return true;
        }

        _settings.Add(node.Offset, path, $"expected {expected}, found {(shown || node.Text.Length == 0 ? node.Describe() : "another text")}", mend);
        return false;
    }
}
