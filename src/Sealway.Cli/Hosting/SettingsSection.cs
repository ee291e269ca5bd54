namespace Sealway.Cli.Hosting;

using System.Text.Json;

/// <summary>
/// A section <c>{ … }</c> of a configuration file. Keys may be dotted: <c>mqtt.port</c> is <c>port</c> in the section <c>mqtt</c>.
/// A key without a fallback is required. A wrong or missing value is noted as a mistake and answered with the fallback or a stand-in.
/// </summary>
internal partial class SettingsSection
{
    private Settings _settings = null!;
    private string _path = "";
    private int _near;
    private bool _quiet;

    private protected SettingsSection()
    {
    }

    /// <summary>The section's own place, such as <c>sensors[2]</c>; empty for the whole file.</summary>
    public string Place => _path;

    /// <summary>The section as written; null if it is not there.</summary>
    private protected SettingsNode? Node { get; private set; }

    /// <summary>Whether the key is written in the file.</summary>
    public bool Has(string key) => Find(key, out _, out _) is not null;

    /// <summary>A section; one that is not written is an empty one, whose required keys are then missing.</summary>
    public SettingsSection Section(string key) =>
        Inner(Find(key, out string path, out int near), path, near);

    /// <summary>A section, or null if it is not written.</summary>
    public SettingsSection? OptionalSection(string key)
    {
        SettingsNode? node = Find(key, out string path, out int near);
        return node is null ? null : Inner(node, path, near);
    }

    /// <summary>A list of sections; not written is empty.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The smallest number of sections; a list that may not be empty is required.</param>
    /// <param name="most">The largest number of sections.</param>
    /// <param name="distinctBy">A key, a text or a number, under which no two of the sections may hold the same.</param>
    public IReadOnlyList<SettingsSection> Sections(string key, int least = 0, int most = 4096, string? distinctBy = null)
    {
        List<SettingsNode> items = Items(key, least, most, "sections", "[ { … } ]", out string path);
        List<SettingsSection> sections = [];
        Dictionary<string, string> seen = [];
        for (int i = 0; i < items.Count; i++)
        {
            string inner = $"{path}[{i}]";
            sections.Add(Inner(items[i], inner, items[i].Offset));
            if (distinctBy is not null && items[i].Find(distinctBy) is { Kind: JsonValueKind.String or JsonValueKind.Number } id && !seen.TryAdd(id.Text, inner))
            {
                _settings.Add(id.Offset, $"{inner}.{distinctBy}", $"the same as in {seen[id.Text]}", "give each its own, or remove one of the two");
            }
        }

        return sections;
    }

    /// <summary>Notes a mistake that only the role can see, such as two keys that do not go together.</summary>
    /// <param name="key">The key whose place is shown; its section's place if it is not written.</param>
    /// <param name="what">What is wrong, as a clause.</param>
    /// <param name="mend">What to do about it, as an order.</param>
    public void Mistake(string key, string what, string mend)
    {
        SettingsNode? node = Find(key, out string path, out int near);
        _settings.Add(node?.Offset ?? near, path, what, mend);
    }

    private protected void Attach(Settings settings, SettingsNode? node, string path, int near)
    {
        (_settings, Node, _path, _near) = (settings, node, path, near);
        if (node is not null)
        {
            node.Opened = true;
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>The value under a key, or null; remembers that the key is known.</summary>
    /// <param name="key">The key, perhaps dotted.</param>
    /// <param name="path">Its place.</param>
    /// <param name="near">Where the innermost section begins that is written: the place of a missing key.</param>
    private SettingsNode? Find(string key, out string path, out int near)
    {
        SettingsNode? node = Node;
        (path, near) = (_path, _near);
        foreach (string name in key.Split('.'))
        {
            if (node is not null && !IsSection(node, path))
            {
                node = null;
            }

            if (node is not null)
            {
                node.Opened = true;
                node.Asked.Add(name);
                near = node.Offset;
                node = node.Find(name);
            }

            path = Join(path, name);
        }

        return node;
    }

    private bool IsSection(SettingsNode node, string path)
    {
        if (node.Kind == JsonValueKind.Object)
        {
            return true;
        }

        if (!node.Blamed)
        {
            node.Blamed = true;
            string name = path.Split('.')[^1];
            _settings.Add(node.Offset, path, $"expected a section, found {node.Describe()}", name.EndsWith(']') ? "write { … }" : $"write \"{name}\": {{ … }}");
        }

        return false;
    }

    private SettingsSection Inner(SettingsNode? node, string path, int near)
    {
        SettingsSection section = new();
        section.Attach(_settings, node is null || IsSection(node, path) ? node : null, path, node?.Offset ?? near);
        // What is in the place of a section has been complained about; its keys are not missed on top of it.
        section._quiet = _quiet || (node is not null && section.Node is null);
        return section;
    }

    private List<SettingsNode> Items(string key, int least, int most, string of, string example, out string path)
    {
        SettingsNode? node = Find(key, out path, out int near);
        string name = key.Split('.')[^1];
        string count = least == 0 ? $"at most {most}" : $"{least} to {most}";
        string expected = $"expected a list of {of}, {count} of them";
        string mend = $"write for example \"{name}\": {example}";
        if (node is null)
        {
            if (least > 0)
            {
                Missing(near, path, expected, mend);
            }

            return [];
        }

        if (node.Kind != JsonValueKind.Array)
        {
            _settings.Add(node.Offset, path, $"{expected}, found {node.Describe()}", mend);
            return [];
        }

        if (node.Items.Count < least || node.Items.Count > most)
        {
            _settings.Add(node.Offset, path, $"{expected}, found {node.Items.Count}", mend);
        }

        return node.Items;
    }

    private void Missing(int near, string path, string expected, string mend)
    {
        if (!_quiet)
        {
            _settings.Add(near, path, $"missing, {expected}", mend);
        }
    }
}
