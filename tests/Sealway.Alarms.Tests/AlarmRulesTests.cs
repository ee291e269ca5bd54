namespace Sealway.Alarms.Tests;

using System.Text;

using Xunit;

public sealed class AlarmRulesTests
{
    [Fact]
    public void The_default_sets_cover_what_they_are_for()
    {
        Assert.Equal(["hr", "map", "resp", "spo2", "temp"], AlarmRules.Ward.Rules.Select(rule => rule.Metric).OfType<string>().Distinct().Order());
        Assert.Equal(["co2", "temp"], AlarmRules.Home.Rules.Select(rule => rule.Metric).OfType<string>().Distinct().Order());
        Assert.Contains(AlarmRules.Ward.Rules, rule => rule.Kind == AlarmKind.Silence);
        Assert.Contains(AlarmRules.Home.Rules, rule => rule.Kind == AlarmKind.Silence);
    }

    [Fact]
    public void Rules_come_from_json()
    {
        AlarmRules rules = Read("""
            {
              "name": "icu",
              "rules": [
                { "name": "spo2-low", "kind": "below", "metric": "spo2", "limit": 90.5, "seconds": 10, "hysteresis": 1, "priority": "high" },
                { "name": "temp-falls", "kind": "change", "metric": "temp", "limit": -1, "seconds": 3600, "priority": "medium" },
                { "name": "silence", "kind": "silence", "seconds": 60, "priority": "low" }
              ]
            }
            """);
        Assert.Equal("icu", rules.Name);
        Assert.Equal(
            [
                new AlarmRule("spo2-low", AlarmKind.Below, "spo2", 90.5, 10, 1, AlarmPriority.High),
                new AlarmRule("temp-falls", AlarmKind.Change, "temp", -1, 3600, 0, AlarmPriority.Medium),
                new AlarmRule("silence", AlarmKind.Silence, null, 0, 60, 0, AlarmPriority.Low),
            ],
            rules.Rules);
    }

    [Fact]
    public void Every_mistake_is_named_at_once_with_its_place()
    {
        IReadOnlyList<string> mistakes = Mistakes("""
            {
              "rules": [
                { "name": "Hr High", "kind": "over", "metric": "hr", "limit": "120", "seconds": 1.5, "priority": "urgent", "colour": "red" },
                { "name": "a", "kind": "above", "limit": 1, "seconds": 1, "priority": "low" },
                { "name": "a", "kind": "silence", "metric": "hr", "limit": 3, "seconds": 0, "priority": "low" },
                { "name": "b", "kind": "below", "metric": "hr", "hysteresis": -1, "seconds": 999999, "priority": "low" },
                { "name": "c", "kind": "change", "metric": "hr", "limit": 0, "seconds": 5, "priority": "low" },
                7
              ],
              "extra": 1
            }
            """);
        string[] places =
        [
            "extra", "name",
            "rules[0].colour", "rules[0].kind", "rules[0].limit", "rules[0].name", "rules[0].priority", "rules[0].seconds",
            "rules[1].metric",
            "rules[2].limit", "rules[2].metric", "rules[2].name", "rules[2].seconds",
            "rules[3].hysteresis", "rules[3].limit", "rules[3].seconds",
            "rules[4].limit",
            "rules[5]",
        ];
        Assert.Equal(places, mistakes.Select(mistake => mistake[..mistake.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{ \"name\": \"a\" }")]
    [InlineData("{ \"name\": \"a\", \"rules\": [] }")]
    [InlineData("{ \"name\": \"a\", \"rules\": {} }")]
    [InlineData("{ \"name\": \"a\", \"name\": \"b\", \"rules\": [ { \"name\": \"s\", \"kind\": \"silence\", \"seconds\": 60, \"priority\": \"low\" } ] }")]
    [InlineData("{ /* no */ \"name\": \"a\", \"rules\": [ { \"name\": \"s\", \"kind\": \"silence\", \"seconds\": 60, \"priority\": \"low\" } ] }")]
    [InlineData("{ \"name\": \"a\", \"rules\": [ { \"name\": \"s\", \"kind\": \"silence\", \"seconds\": 60, \"priority\": \"low\" }, ] }")]
    [InlineData("{ \"name\": \"a\", \"rules\": [ { \"name\": \"s\", \"kind\": \"silence\", \"seconds\": 60, \"seconds\": 61, \"priority\": \"low\" } ] }")]
    [InlineData("{ \"name\": \"a\", \"rules\": [ { \"name\": \"s\", \"kind\": \"Silence\", \"seconds\": 60, \"priority\": \"low\" } ] } x")]
    [InlineData("{ \"name\": \"a\", \"rules\": [ { \"name\": \"s\", \"kind\": \"above\", \"metric\": \"hr\", \"limit\": 1e400, \"seconds\": 60, \"priority\": \"low\" } ] }")]
    public void What_is_not_exactly_a_set_is_refused(string json) => Assert.NotEmpty(Mistakes(json));

    [Fact]
    public void A_file_that_is_too_long_is_refused_unread() => Assert.Single(Mistakes(new string(' ', 262_145)));

    [Fact]
    public void A_set_made_in_code_is_checked_as_well()
    {
        AlarmRulesException refused = Assert.Throws<AlarmRulesException>(() => new AlarmRules("x", [Bedside.Above(double.NaN, 1), Bedside.Above(1, 1)]));
        Assert.Equal(2, refused.Mistakes.Count);
        Assert.Throws<AlarmRulesException>(() => new AlarmRules("x", []));
        Assert.Throws<AlarmRulesException>(() => new AlarmRules("x", [.. Enumerable.Range(0, 257).Select(i => Bedside.Silence(1) with { Name = $"s{i}" })]));
    }

    private static AlarmRules Read(string json) => AlarmRules.FromJson(Encoding.UTF8.GetBytes(json));

    private static IReadOnlyList<string> Mistakes(string json) => Assert.Throws<AlarmRulesException>(() => Read(json)).Mistakes;
}
