namespace Sealway.Cli.Hosting;

using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

/// <summary>
/// A role's configuration: one JSON file (comments and trailing commas allowed), read and judged whole.
/// A role asks for every key that it knows; each question that the file answers wrongly is noted with its place and the mend and answered with a stand-in,
/// so that reading goes on to the next mistake. What was written and never asked for is a mistake too.
/// <code>
/// WardOptions options = Settings.Load(path, s => new WardOptions(s.Text("name"), s.Port("mqtt.port", fallback: 8883)));
/// </code>
/// </summary>
internal sealed class Settings : SettingsSection
{
    /// <summary>The largest file that is read, in bytes; a ward with a thousand sensors stays far below.</summary>
    public const int MaxFileSize = 1 << 20;

    private readonly byte[] _json;
    private readonly List<(int Offset, Mistake Mistake)> _placed = [];

    private Settings(string file, string folder, byte[] json)
    {
        File = file;
        Folder = folder;
        _json = json;
        Attach(this, ParseWhole(), "", 0);
    }

    /// <summary>The file as it was named.</summary>
    public string File { get; }

    /// <summary>The folder that relative paths in the file start from: the file's own.</summary>
    public string Folder { get; }

    /// <summary>Reads a file and lets a role ask for its keys.</summary>
    /// <param name="path">The file, relative to the working directory.</param>
    /// <param name="parse">Asks for every key that the role knows. What it throws over stand-ins is put aside if there are mistakes.</param>
    /// <exception cref="SettingsException">The file has mistakes.</exception>
    /// <exception cref="UserError">The file cannot be read.</exception>
    [SuppressMessage("Design", "CA1031", Justification = "Thrown again unless the file's own mistakes explain it.")]
    public static T Load<T>(string path, Func<SettingsSection, T> parse)
    {
        Settings settings = Read(path);
        T parsed;
        try
        {
            parsed = parse(settings);
        }
        catch (Exception exception) when (exception is not SettingsException && settings._placed.Count > 0)
        {
            // Not every key was asked for, so that nothing can be said of unknown ones.
            throw new SettingsException(settings.File, settings.Ordered());
        }

        settings.ThrowIfMistaken();
        return parsed;
    }

    /// <summary>Reads a file. Ask for every key, then call <see cref="ThrowIfMistaken"/>.</summary>
    /// <exception cref="SettingsException">The file is no JSON.</exception>
    /// <exception cref="UserError">The file cannot be read.</exception>
    public static Settings Read(string path)
    {
        try
        {
            using FileStream stream = System.IO.File.OpenRead(path);
            if (stream.Length > MaxFileSize)
            {
                throw new UserError($"a configuration file holds at most {MaxFileSize} bytes, this one has {stream.Length}", path, "name the right file", ExitCode.Usage);
            }

            byte[] json = new byte[stream.Length];
            stream.ReadExactly(json);
            return new(path, Path.GetDirectoryName(Path.GetFullPath(path))!, json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string what = exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "the file cannot be read";
            throw new UserError(what, path, "name the configuration file of this role", ExitCode.Usage, exception);
        }
    }

    /// <summary>Settings from a text; relative paths start from <paramref name="folder"/>.</summary>
    public static Settings Parse(string json, string file = "settings.json", string folder = "/") =>
        new(file, folder, Encoding.UTF8.GetBytes(json));

    /// <summary>Ends the reading: throws every mistake at once, unknown keys among them.</summary>
    /// <exception cref="SettingsException">There are mistakes.</exception>
    public void ThrowIfMistaken()
    {
        Unknown(Node!, "");
        if (_placed.Count > 0)
        {
            throw new SettingsException(File, Ordered());
        }
    }

    internal void Add(int offset, string path, string what, string? mend)
    {
        (int line, int column) = LineAndColumn(offset);
        Mistake mistake = new(File, line, column, path, what, mend);
        if (!_placed.Exists(placed => placed.Mistake == mistake))
        {
            _placed.Add((offset, mistake));
        }
    }

    private List<Mistake> Ordered() => [.. _placed.OrderBy(placed => placed.Offset).Select(placed => placed.Mistake)];

    private SettingsNode ParseWhole()
    {
        if (!Utf8.IsValid(_json))
        {
            throw new SettingsException(File, [new(File, 1, 1, "", "the file is not UTF-8", "save it as UTF-8")]);
        }

        int skip = _json.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        _json.AsSpan(0, skip).Fill((byte)' ');
        SettingsNode node;
        try
        {
            node = SettingsParser.Parse(_json, Add);
        }
        catch (JsonException exception)
        {
            (int line, int column) = LineAndColumn(Offset((int)(exception.LineNumber ?? 0), (int)(exception.BytePositionInLine ?? 0)));
            string what = exception.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            throw new SettingsException(File, [new(File, line, column, "", $"this is not JSON: {what}", "mend it here or just before")]);
        }

        if (node.Kind != JsonValueKind.Object)
        {
            Add(node.Offset, "", $"expected a section {{ … }}, found {node.Describe()}", "put the whole file in braces");
            node.Blamed = true;
        }

        return node;
    }

    private int Offset(int line, int bytes)
    {
        int offset = 0;
        for (; line > 0 && offset < _json.Length; line--)
        {
            int end = _json.AsSpan(offset).IndexOf((byte)'\n');
            offset = end < 0 ? _json.Length : offset + end + 1;
        }

        return Math.Min(offset + bytes, _json.Length);
    }

    private (int Line, int Column) LineAndColumn(int offset)
    {
        ReadOnlySpan<byte> before = _json.AsSpan(0, Math.Min(offset, _json.Length));
        int start = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[start..]) + 1);
    }

    private void Unknown(SettingsNode node, string path)
    {
        foreach (SettingsMember member in node.Members)
        {
            string inner = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!node.Asked.Contains(member.Name))
            {
                IEnumerable<string> free = node.Asked.Where(name => node.Find(name) is null);
                string? meant = Suggestion.For(member.Name, free);
                Add(member.Offset, inner, "this key is not known here", meant is not null ? $"did you mean \"{meant}\"?" : Known(node));
                continue;
            }

            Descend(member.Value, inner);
        }
    }

    private void Descend(SettingsNode node, string path)
    {
        if (node.Opened)
        {
            Unknown(node, path);
        }

        for (int i = 0; i < node.Items.Count; i++)
        {
            Descend(node.Items[i], $"{path}[{i}]");
        }
    }

    private static string Known(SettingsNode node) =>
        node.Asked.Count == 0 ? "remove it" : $"remove it; known here: {string.Join(", ", node.Asked)}";
}
