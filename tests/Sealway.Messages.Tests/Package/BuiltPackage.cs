namespace Sealway.Messages.Tests;

using System.IO.Compression;
using System.Security.Cryptography;
using Sealway.Testing;
using Xunit;

/// <summary>The package as a device maker gets it: packed once for all tests, into a folder that goes away with them.</summary>
public sealed class BuiltPackage : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>A version that no feed and no cache has, so that nothing else can be restored in its place.</summary>
    public string Version { get; } = $"0.1.0-test.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    public string Feed => _folder.File("feed");

    public string Library => Path.Combine(Feed, $"Sealway.Messages.{Version}.nupkg");

    public string Symbols => Path.Combine(Feed, $"Sealway.Messages.{Version}.snupkg");

    public async ValueTask InitializeAsync()
    {
        // Into folders of its own: the checkout's build may be running or may be of another configuration.
        ProcessRun pack = await Dotnet(
            Repository.Root,
            "pack",
            Path.Combine(Repository.Root, "src", "Sealway.Messages"),
            "-c",
            "Release",
            "-o",
            Feed,
            "--artifacts-path",
            _folder.File("build"),
            "--nologo",
            "-v",
            "q",
            $"-p:PackageVersion={Version}",
            "-p:NuGetAudit=false");
        Assert.True(pack.Code == 0, pack.Output + pack.Error);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>An empty folder for a project.</summary>
    public string Scratch(string name) => Directory.CreateDirectory(_folder.File(name)).FullName;

    /// <summary>A file of the package.</summary>
    public static byte[] Read(string package, string name)
    {
        using ZipArchive zip = ZipFile.OpenRead(package);
        using Stream stream = zip.GetEntry(name)?.Open() ?? throw new InvalidDataException($"the package has no {name}");
        using MemoryStream all = new();
        stream.CopyTo(all);
        return all.ToArray();
    }

    /// <summary>Runs the SDK's command; it leaves no server behind that would keep its output open.</summary>
    public static Task<ProcessRun> Dotnet(string folder, params string[] arguments) => ProcessRun.Of(
        "dotnet",
        arguments,
        folder,
        environment: new Dictionary<string, string>
        {
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
        },
        cancellation: TestContext.Current.CancellationToken);
}
