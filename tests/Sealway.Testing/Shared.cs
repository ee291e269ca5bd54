namespace Sealway.Testing;

using Xunit;

/// <summary>The recordings and public vectors that lie beside a checkout, in <c>../shared</c>; a clone that has none skips the tests that need them, by name.</summary>
public static class Shared
{
    /// <summary>A path below the shared folder; skips the running test where there is none.</summary>
    public static string Path(string relative)
    {
        string? root = Root();
        if (root is null)
        {
            Assert.Skip("needs the recordings and vectors that lie beside a checkout, in ../shared");
        }

        string path = System.IO.Path.Combine(root, relative);
        Assert.True(File.Exists(path) || Directory.Exists(path), $"{path} is missing");
        return path;
    }

    private static string? Root()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "Sealway.slnx")))
            {
                string shared = System.IO.Path.Combine(at.Parent?.FullName ?? "/", "shared");
                return Directory.Exists(shared) ? shared : null;
            }
        }

        return null;
    }
}
