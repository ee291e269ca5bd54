namespace Sealway.Architecture.Tests;

using System.Diagnostics;
using Sealway.Testing;

/// <summary>The files of the checkout, as paths relative to its root with forward slashes.</summary>
internal static class SourceFiles
{
    private static readonly string[] Made = [".git", "bin", "obj", ".vs", ".vscode", ".idea", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>What is under version control; in a copy without it, everything but what builds leave behind.</summary>
    public static IReadOnlyList<string> Tracked { get; } = FromGit() ?? Walk(Repository.Root);

    /// <summary>The C# files of the product.</summary>
    public static IReadOnlyList<string> Product { get; } = CSharp("src");

    /// <summary>The C# files of the tests.</summary>
    public static IReadOnlyList<string> Tests { get; } = CSharp("tests");

    /// <summary>Reads a file given by its path relative to the root.</summary>
    public static string Text(string relative) => File.ReadAllText(Path.Combine(Repository.Root, relative));

    // From the disk, not from version control: a new file is judged before it is committed.
    private static List<string> CSharp(string folder) =>
        [.. Walk(Path.Combine(Repository.Root, folder)).Where(path => path.EndsWith(".cs", StringComparison.Ordinal))];

    private static List<string> Walk(string folder)
    {
        List<string> found = [];
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            found.Add(Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'));
        }

        foreach (string inner in Directory.EnumerateDirectories(folder).Where(path => !Made.Contains(Path.GetFileName(path))))
        {
            found.AddRange(Walk(inner));
        }

        return found;
    }

    private static List<string>? FromGit()
    {
        ProcessStartInfo start = new("git", ["-C", Repository.Root, "ls-files", "-z"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process git = Process.Start(start)!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            string listed = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            // A file that was removed but not yet committed is still listed.
            return git.ExitCode == 0
                ? [.. listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(Path.Combine(Repository.Root, path)))]
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
