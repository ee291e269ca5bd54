namespace Sealway.Architecture.Tests;

using System.Xml.Linq;
using Sealway.Testing;
using Xunit;

public sealed class DependencyTests
{
    private static readonly string[] Everything =
        ["Messages", "Log", "Fleet", "Alarms", "Links", "Sensor", "Gateway", "Cloud", "Archive", "App"];

    private static readonly string[] Folders = ["src", "tests", "examples", "fuzz", "benchmarks"];

    /// <summary>What each project may refer to: the table of the architecture.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Messages"] = [],
        ["Log"] = ["Messages"],
        ["Fleet"] = ["Log"],
        ["Alarms"] = ["Fleet"],
        ["Links"] = ["Fleet"],
        ["Sensor"] = ["Messages", "Links"],
        ["Gateway"] = ["Messages", "Log", "Fleet", "Alarms", "Links"],
        ["Cloud"] = ["Messages", "Log", "Fleet", "Alarms", "Links"],
        ["Archive"] = ["Messages", "Log", "Fleet", "Alarms", "Links"],
        ["App"] = ["Messages", "Log", "Fleet", "Links"],
        ["TlsCheck"] = [],
        ["Cli"] = [.. Everything, "TlsCheck"],
    };

    [Fact]
    public void A_project_refers_only_to_what_the_table_allows()
    {
        List<string> broken = [];
        foreach ((string name, XDocument project) in Projects.Below("src"))
        {
            string part = name.Replace("Sealway.", "", StringComparison.Ordinal);
            if (!MayUse.TryGetValue(part, out string[]? allowed))
            {
                broken.Add($"{name} is not in the table");
                continue;
            }

            broken.AddRange(Projects.References(project)
                .Where(reference => !allowed.Contains(reference.Replace("Sealway.", "", StringComparison.Ordinal)))
                .Select(reference => $"{name} may not use {reference}"));
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void An_example_for_device_makers_uses_the_messages_alone() =>
        Assert.Equal(["Sealway.Messages"], Projects.References(Projects.Below("examples")["device"]));

    [Fact]
    public void Nothing_of_the_product_needs_what_fuzzes_or_measures_it()
    {
        string[] apart = ["Sealway.Fuzz", "Sealway.Benchmarks"];
        Assert.DoesNotContain(Projects.Below("src").Values.SelectMany(Projects.References), apart.Contains);
        Assert.DoesNotContain(Projects.Below("src").Values.SelectMany(project => project.Descendants("PackageReference")), package => (string?)package.Attribute("Include") is "SharpFuzz" or "dnlib" or "BenchmarkDotNet" or "CsCheck");
    }

    [Fact]
    public void Every_part_of_the_table_is_there() =>
        Assert.Empty(MayUse.Keys.Select(part => $"Sealway.{part}").Except(Projects.Below("src").Keys));

    [Fact]
    public void What_decides_does_not_log_and_needs_no_web_framework()
    {
        string[] pure = ["Sealway.Messages", "Sealway.Log", "Sealway.Fleet", "Sealway.Alarms"];
        Assert.DoesNotContain(pure, name => Projects.Below("src")[name].Descendants("FrameworkReference").Any());
        Assert.DoesNotContain(SourceFiles.Product, path => pure.Any(name => path.StartsWith($"src/{name}/", StringComparison.Ordinal))
            && SourceFiles.Text(path).Contains("ILogger", StringComparison.Ordinal));
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        IEnumerable<string> listed = XDocument.Load(Path.Combine(Repository.Root, "Sealway.slnx")).Descendants("Project").Select(project => (string)project.Attribute("Path")!);
        Assert.Empty(Folders.SelectMany(Projects.RelativePaths).Except(listed));
    }
}
