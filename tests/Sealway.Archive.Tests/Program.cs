namespace Sealway.Archive.Tests;

using System.Globalization;

/// <summary>Runs the tests; or, told so, the process that the crash tests kill.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [Doomed.Argument, string path, string seed])
        {
            await Doomed.Run(TileLogStore.Open(path), int.Parse(seed, CultureInfo.InvariantCulture));
        }

        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
