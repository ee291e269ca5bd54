namespace Sealway.Fleet.Tests;

using Sealway.Fleet.Tests.Authorities;

/// <summary>Runs the tests; or, told so, the second process that extends a registry.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        [SecondProcess.Argument, string folder, string prefix, string count] => await SecondProcess.Run(folder, prefix, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)),
        _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") =>
            await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
    };
}
