namespace Sealway.Log.Tests;

using Sealway.Log.Tests.Store;

/// <summary>Runs the tests; or, told so, the process that the crash tests kill.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        [Doomed.Argument, string path, string seed] => await Doomed.Run(path, int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture)),
        _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") =>
            await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
    };
}
