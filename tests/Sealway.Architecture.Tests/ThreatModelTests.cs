namespace Sealway.Architecture.Tests;

using System.Text.RegularExpressions;
using Xunit;

public sealed partial class ThreatModelTests
{
    private const string Document = "docs/threat-model.md";

    [Fact]
    public void Every_test_that_the_threat_model_names_is_there()
    {
        // A method stands in the file of its class, or in that of a class of the same name in another project.
        ILookup<string, string> classes = SourceFiles.Tests.ToLookup(path => Path.GetFileNameWithoutExtension(path)!, SourceFiles.Text);
        List<Match> named = [.. NamedTest().Matches(SourceFiles.Text(Document)).Cast<Match>()];
        Assert.True(named.Count > 50);
        Assert.Empty(named
            .Where(test => !classes[test.Groups["class"].Value].Any(text => text.Contains($" {test.Groups["name"].Value}(", StringComparison.Ordinal)))
            .Select(test => test.Value));
    }

    [Fact]
    public void Every_type_that_the_threat_model_names_is_there()
    {
        HashSet<string?> types = [.. SourceFiles.Product.Select(Path.GetFileNameWithoutExtension)];
        string[] named = [.. NamedType().Matches(SourceFiles.Text(Document)).Select(type => type.Groups["name"].Value).Distinct()];
        Assert.True(named.Length > 30);
        Assert.DoesNotContain(named, type => !types.Contains(type));
    }

    [Fact]
    public void Every_row_of_the_threat_model_names_a_test_that_shows_it()
    {
        string[] rows = [.. SourceFiles.Text(Document).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.Contains("| shown by |", StringComparison.Ordinal))];
        Assert.True(rows.Length > 30);
        Assert.DoesNotContain(rows, row => !NamedTest().IsMatch(row));
    }

    [GeneratedRegex("`(?<class>[A-Z][A-Za-z0-9]*)\\.(?<name>[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]*)`")]
    private static partial Regex NamedType();
}
