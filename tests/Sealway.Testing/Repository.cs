namespace Sealway.Testing;

/// <summary>Where the checkout that runs the tests lies.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Sealway.slnx</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Sealway.slnx")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("the tests run outside a checkout");
    }
}
