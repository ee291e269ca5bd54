namespace Sealway.Alarms;

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

/// <summary>A set of rules, checked whole. Gateway, cloud and archive that use the same set get the same alarms from the same log.</summary>
public sealed class AlarmRules
{
    /// <summary>Rules in one set.</summary>
    public const int Most = 256;

    /// <summary>Makes a set.</summary>
    /// <param name="name">1 to 64 of a–z, 0–9 and -.</param>
    /// <param name="rules">1 to 256, their names unique.</param>
    /// <exception cref="AlarmRulesException">A mistake in any.</exception>
    public AlarmRules(string name, IReadOnlyList<AlarmRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        List<string> mistakes = [.. Check(name, rules)];
        if (mistakes.Count > 0)
        {
            throw new AlarmRulesException(mistakes);
        }

        Name = name;
        Rules = [.. rules];
        Id = Identify(rules);
    }

    /// <summary>For adults on a ward; see <see cref="WardRules"/>.</summary>
    public static AlarmRules Ward { get; } = new("ward", WardRules.All);

    /// <summary>For rooms of a home; see <see cref="HomeRules"/>.</summary>
    public static AlarmRules Home { get; } = new("home", HomeRules.All);

    /// <summary>The set's name.</summary>
    public string Name { get; }

    /// <summary>The rules, in the order in which they are evaluated.</summary>
    public IReadOnlyList<AlarmRule> Rules { get; }

    /// <summary>Half the SHA-256 of all that the rules say: a stored state belongs to exactly this set.</summary>
    internal UInt128 Id { get; }

    /// <summary>Reads a set from JSON: <c>{ "name", "rules": [ { "name", "kind", "metric", "limit", "seconds", "hysteresis"?, "priority" } ] }</c>.</summary>
    /// <param name="utf8">At most 262,144 bytes.</param>
    /// <exception cref="AlarmRulesException">Every mistake, with its place; unknown and repeated fields are mistakes.</exception>
    public static AlarmRules FromJson(ReadOnlyMemory<byte> utf8) => AlarmRulesJson.Read(utf8);

    internal static IEnumerable<string> Check(string? name, IReadOnlyList<AlarmRule> rules)
    {
        if (name is not { Length: > 0 and <= AlarmRule.NameLength } || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            yield return $"name: must be 1 to {AlarmRule.NameLength} of a-z, 0-9 and -";
        }

        if (rules.Count is 0 or > Most)
        {
            yield return $"rules: must be 1 to {Most}";
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < rules.Count; i++)
        {
            foreach ((string field, string mistake) in rules[i].Mistakes())
            {
                yield return $"rules[{i}].{field}: {mistake}";
            }

            if (rules[i].Name is { } own && !names.Add(own))
            {
                yield return $"rules[{i}].name: is used before";
            }
        }
    }

    private static UInt128 Identify(IReadOnlyList<AlarmRule> rules)
    {
        byte[] all = Encoding.UTF8.GetBytes(string.Join('\n', rules.Select(rule => rule.Canonical())));
        return BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(all));
    }
}
