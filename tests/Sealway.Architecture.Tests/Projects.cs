namespace Sealway.Architecture.Tests;

using System.Xml.Linq;
using Sealway.Testing;

/// <summary>The project files of the checkout.</summary>
internal static class Projects
{
    /// <summary>Every project below a folder of the root, by name.</summary>
    public static IReadOnlyDictionary<string, XDocument> Below(string folder) =>
        Paths(folder).ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, path => XDocument.Load(path));

    /// <summary>The paths of every project below a folder, relative to the root.</summary>
    public static IReadOnlyList<string> RelativePaths(string folder) =>
        [.. Paths(folder).Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))];

    /// <summary>The names of the projects that a project refers to.</summary>
    public static IReadOnlyList<string> References(XDocument project) =>
        [.. project.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))];

    private static IEnumerable<string> Paths(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
