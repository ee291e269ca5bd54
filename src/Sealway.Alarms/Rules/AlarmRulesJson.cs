namespace Sealway.Alarms;

using System.Text.Json;

/// <summary>Reads a set of rules from JSON, and names every mistake in one go.</summary>
internal sealed class AlarmRulesJson
{
    private const int LongestFile = 262_144;

    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 8,
    };

    private static readonly Dictionary<string, AlarmKind> Kinds = Names<AlarmKind>();
    private static readonly Dictionary<string, AlarmPriority> Priorities = Names<AlarmPriority>();

    private readonly List<string> _mistakes = [];

    public static AlarmRules Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > LongestFile)
        {
            throw new AlarmRulesException([$"the file: at most {LongestFile} bytes"]);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, Strict);
            return new AlarmRulesJson().ReadSet(document.RootElement);
        }
        catch (JsonException mistake)
        {
            throw new AlarmRulesException([$"line {mistake.LineNumber + 1}: not the JSON expected: {mistake.Message}"]);
        }
    }

    private AlarmRules ReadSet(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new AlarmRulesException(["the file: must be an object with name and rules"]);
        }

        string? name = null;
        List<AlarmRule> rules = [];
        bool hasRules = false;
        foreach (JsonProperty property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "name":
                    name = Text(property.Value, "name");
                    break;
                case "rules" when property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() <= AlarmRules.Most:
                    hasRules = true;
                    foreach (JsonElement rule in property.Value.EnumerateArray())
                    {
                        rules.Add(ReadRule(rule, rules.Count));
                    }

                    break;
                case "rules":
                    hasRules = true;
                    _mistakes.Add($"rules: must be an array of 1 to {AlarmRules.Most} rules");
                    break;
                default:
                    _mistakes.Add($"{property.Name}: is unknown; known are name, rules");
                    break;
            }
        }

        if (!hasRules)
        {
            _mistakes.Add("rules: is missing");
        }

        // What a field's own form did not show yet: values out of range, and fields that do not go together.
        IEnumerable<string> further = hasRules && rules.Count > 0 ? AlarmRules.Check(name, rules) : [];
        foreach (string mistake in further)
        {
            string place = mistake[..mistake.IndexOf(':', StringComparison.Ordinal)];
            if (!_mistakes.Any(known => known.StartsWith($"{place}:", StringComparison.Ordinal)))
            {
                _mistakes.Add(mistake);
            }
        }

        return _mistakes.Count == 0 ? new AlarmRules(name!, rules) : throw new AlarmRulesException(_mistakes);
    }

    private AlarmRule ReadRule(JsonElement rule, int index)
    {
        string place = $"rules[{index}]";
        string name = string.Empty;
        AlarmKind? kind = null;
        string? metric = null;
        double? limit = null;
        uint? seconds = null;
        double hysteresis = 0;
        AlarmPriority? priority = null;
        if (rule.ValueKind != JsonValueKind.Object)
        {
            _mistakes.Add($"{place}: must be an object");
            return new AlarmRule($"rule-{index}", AlarmKind.Silence, null, 0, 1, 0, AlarmPriority.Low);
        }

        foreach (JsonProperty property in rule.EnumerateObject())
        {
            string field = $"{place}.{property.Name}";
            switch (property.Name)
            {
                case "name":
                    name = Text(property.Value, field) ?? name;
                    break;
                case "kind":
                    kind = OneOf(property.Value, field, Kinds);
                    break;
                case "metric":
                    metric = Text(property.Value, field);
                    break;
                case "limit":
                    limit = Decimal(property.Value, field);
                    break;
                case "seconds":
                    seconds = Whole(property.Value, field);
                    break;
                case "hysteresis":
                    hysteresis = Decimal(property.Value, field) ?? 0;
                    break;
                case "priority":
                    priority = OneOf(property.Value, field, Priorities);
                    break;
                default:
                    _mistakes.Add($"{field}: is unknown; known are name, kind, metric, limit, seconds, hysteresis, priority");
                    break;
            }
        }

        Require(kind is not null, $"{place}.kind");
        Require(seconds is not null, $"{place}.seconds");
        Require(priority is not null, $"{place}.priority");
        Require(limit is not null || kind is null or AlarmKind.Silence, $"{place}.limit");
        Require(limit is null || kind != AlarmKind.Silence, $"{place}.limit", "does not belong to a silence");

        // Placeholders keep a field that was named already from being named again.
        AlarmKind known = kind ?? (metric is null ? AlarmKind.Silence : AlarmKind.Above);
        return new AlarmRule(name, known, metric, limit ?? (known == AlarmKind.Silence ? 0 : 1), seconds ?? 1, hysteresis, priority ?? AlarmPriority.Low);
    }

    private void Require(bool given, string field, string mistake = "is missing")
    {
        if (!given && !_mistakes.Any(known => known.StartsWith($"{field}:", StringComparison.Ordinal)))
        {
            _mistakes.Add($"{field}: {mistake}");
        }
    }

    private string? Text(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        _mistakes.Add($"{field}: must be a text");
        return null;
    }

    private double? Decimal(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number))
        {
            return number;
        }

        _mistakes.Add($"{field}: must be a number");
        return null;
    }

    private uint? Whole(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt32(out uint number))
        {
            return number;
        }

        _mistakes.Add($"{field}: must be a whole number of seconds, 0 to {AlarmRule.LongestSeconds}");
        return null;
    }

    private T? OneOf<T>(JsonElement value, string field, Dictionary<string, T> names)
        where T : struct
    {
        if (value.ValueKind == JsonValueKind.String && names.TryGetValue(value.GetString()!, out T found))
        {
            return found;
        }

        _mistakes.Add($"{field}: must be one of {string.Join(", ", names.Keys)}");
        return null;
    }

    private static Dictionary<string, T> Names<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(value => value.ToString().ToLowerInvariant());
}
