namespace Sealway.Architecture.Tests;

using System.Xml.Linq;
using Sealway.Testing;
using Xunit;

public sealed class PackageTests
{
    [Fact]
    public void Every_version_is_central()
    {
        IEnumerable<string> files = SourceFiles.Tracked.Where(path =>
            path.EndsWith(".csproj", StringComparison.Ordinal) || path.EndsWith(".props", StringComparison.Ordinal) || path.EndsWith(".targets", StringComparison.Ordinal));
        List<string> broken = [];
        foreach (string file in files)
        {
            broken.AddRange(XDocument.Parse(SourceFiles.Text(file)).Descendants("PackageReference")
                .Where(reference => reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null || reference.HasElements && reference.Elements().Any(inner => inner.Name.LocalName is "Version" or "VersionOverride"))
                .Select(reference => $"{file}: {reference}"));
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void The_messages_alone_are_a_package()
    {
        static string? Packable(XDocument project) => project.Descendants("IsPackable").LastOrDefault()?.Value;

        Assert.Equal("false", Packable(XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"))));
        IEnumerable<string> packages = SourceFiles.Tracked
            .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) && Packable(XDocument.Parse(SourceFiles.Text(path))) == "true");
        Assert.Equal(["src/Sealway.Messages/Sealway.Messages.csproj"], packages);
    }

    [Fact]
    public void Every_package_says_why_it_is_there()
    {
        List<string> silent = [];
        foreach (XElement group in XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("ItemGroup"))
        {
            // A comment speaks for the package below it and for those that follow under the same name: MQTTnet, MQTTnet.Server.
            bool said = false;
            string family = "";
            foreach (XNode node in group.Nodes())
            {
                if (node is XComment)
                {
                    said = true;
                    family = "";
                }
                else if (node is XElement { Name.LocalName: "PackageVersion" } package)
                {
                    string name = (string)package.Attribute("Include")!;
                    if (!said || (family.Length > 0 && !name.StartsWith(family + ".", StringComparison.Ordinal)))
                    {
                        silent.Add(name);
                    }

                    family = family.Length == 0 ? name : family;
                }
            }
        }

        Assert.Empty(silent);
    }
}
