namespace Sealway.Messages.Tests;

using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sealway.Testing;
using Xunit;

public sealed partial class PackageTests(BuiltPackage package) : IClassFixture<BuiltPackage>
{
    [Fact]
    public void The_package_says_what_it_is_under_which_licence_and_needs_cbor_alone()
    {
        XDocument nuspec = XDocument.Parse(Text("Sealway.Messages.nuspec").TrimStart('\uFEFF'));
        Assert.Equal("Sealway.Messages", Value(nuspec, "id"));
        Assert.Equal("Apache-2.0", Value(nuspec, "license"));
        Assert.Equal("README.md", Value(nuspec, "readme"));
        Assert.False(string.IsNullOrWhiteSpace(Value(nuspec, "description")));
        Assert.Equal(["System.Formats.Cbor"], nuspec.Descendants().Where(one => one.Name.LocalName == "dependency").Select(one => (string)one.Attribute("id")!));

        // No address that is not there.
        Assert.Null(nuspec.Descendants().FirstOrDefault(one => one.Name.LocalName == "projectUrl"));
        Assert.Null(nuspec.Descendants().FirstOrDefault(one => one.Name.LocalName == "repository")?.Attribute("url"));
    }

    [Fact]
    public void The_package_holds_the_library_its_documentation_and_the_readme()
    {
        Assert.NotEmpty(BuiltPackage.Read(package.Library, "lib/net10.0/Sealway.Messages.dll"));
        Assert.Contains("M:Sealway.Messages.Reading.Sign(", Text("lib/net10.0/Sealway.Messages.xml"), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Readme), Text("README.md"));
    }

    [Fact]
    public void Library_and_symbols_name_no_place_on_the_machine_that_built_them()
    {
        string library = Encoding.Latin1.GetString(BuiltPackage.Read(package.Library, "lib/net10.0/Sealway.Messages.dll"));
        string symbols = Encoding.Latin1.GetString(BuiltPackage.Read(package.Symbols, "lib/net10.0/Sealway.Messages.pdb"));
        Assert.Contains("/_/Sealway.Messages/", library, StringComparison.Ordinal);
        foreach (string place in new[] { Repository.Root, Path.GetTempPath() })
        {
            Assert.DoesNotContain(place, library, StringComparison.Ordinal);
            Assert.DoesNotContain(place, symbols, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_readmes_example_runs_against_the_package_alone()
    {
        string folder = package.Scratch("device");
        string example = Example().Match(await File.ReadAllTextAsync(Readme, TestContext.Current.CancellationToken)).Groups["code"].Value;
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), example, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "device.csproj"), Project(), TestContext.Current.CancellationToken);

        ProcessRun run = await BuiltPackage.Dotnet(folder, "run");

        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Matches(@"^\d+ bytes\r?\nreading 1\.0: 36\.6 Cel, answers the challenge: True\r?\n$", run.Output);
        Assert.InRange(int.Parse(run.Output.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 1, 128);
    }

    private static string Readme => Path.Combine(Repository.Root, "src", "Sealway.Messages", "README.md");

    // Packages that were restored before are taken from where they lie; Sealway.Messages of this version is in the one folder alone.
    private string Project() =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
            <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
            <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
            <NuGetAudit>false</NuGetAudit>
            <RestoreAdditionalProjectSources>{package.Feed}</RestoreAdditionalProjectSources>
            <RestorePackagesPath>packages</RestorePackagesPath>
            <RestoreAdditionalProjectFallbackFolders>{Cache()}</RestoreAdditionalProjectFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Sealway.Messages" Version="[{package.Version}]" />
          </ItemGroup>
        </Project>
        """;

    private static string Cache()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Directory.Exists(cache) ? cache : string.Empty;
    }

    private string Text(string name) => Encoding.UTF8.GetString(BuiltPackage.Read(package.Library, name));

    private static string? Value(XDocument nuspec, string name) => nuspec.Descendants().FirstOrDefault(one => one.Name.LocalName == name)?.Value;

    [GeneratedRegex(@"^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Example();
}
