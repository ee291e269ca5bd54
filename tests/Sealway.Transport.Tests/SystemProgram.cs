namespace Sealway.Transport.Tests;

/// <summary>Programs of the system's packages. Servers lie where a user's PATH often does not look.</summary>
internal static class SystemProgram
{
    private static readonly string[] _beyond = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>Where a program lies.</summary>
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    public static string Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(_beyond).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{name} is not installed: tests/Sealway.Transport.Tests/need installs it, as ./test does", name);
}
