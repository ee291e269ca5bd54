namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Text.Json;
using Sealway.Cli.Demo;
using Sealway.Cli.Drill;
using Sealway.Cli.Hosting;

/// <summary><c>sealway drill …</c>: bad days on purpose, on this machine, and whether every promise held.</summary>
internal static class DrillCommand
{
    private const int MostRounds = 100_000;
    private const int ShortestLife = 3;
    private const int LongestLife = 86_400;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create() => new("drill", "Bad days on purpose: break things on this machine, and compare what was promised with what held.") { Crash(), Renew() };

    private static Command Crash()
    {
        Option<int> rounds = new("--rounds") { Description = "How many rounds of killing.", DefaultValueFactory = _ => 200 };
        Option<int> seed = new("--seed") { Description = "Of the choice of victims and moments.", DefaultValueFactory = _ => 1 };
        Option<string?> recordings = new("--recordings") { Description = "A folder of recordings to replay; left out: values are generated." };
        Option<string?> json = new("--json") { Description = "A file that gets the figures." };
        Option<string?> keep = new("--keep") { Description = "A new folder where fleets, logs and archive stay to be looked at." };
        Option<bool> headless = new("--headless") { Description = "A line for each round instead of one that is written over." };
        Command command = new("crash", "Kill the parts of a ward and a home at random moments, restart them, and compare the sensors' ledgers with what is held everywhere.") { rounds, seed, recordings, json, keep, headless };
        command.SetAction(async (result, cancellation) =>
        {
            using ShutdownSignals stop = new(cancellation);
            CrashOptions options = new(
                result.GetValue(rounds) is > 0 and <= MostRounds and int count ? count : throw new UserError("the rounds are out of range", "--rounds", $"give a number from 1 to {MostRounds}", ExitCode.Usage),
                result.GetValue(seed),
                Folder(result.GetValue(recordings)),
                result.GetValue(headless),
                Whole(result.GetValue(json)),
                New(result.GetValue(keep)));
            return await Run(options, result.InvocationConfiguration.Output, stop.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static Command Renew()
    {
        Option<int> life = new("--life") { Description = "How many seconds each certificate lives.", DefaultValueFactory = _ => 60 };
        Option<int> renewals = new("--renewals") { Description = "How many renewals the gateway runs through.", DefaultValueFactory = _ => 10 };
        Option<string?> json = new("--json") { Description = "A file that gets the figures." };
        Option<string?> keep = new("--keep") { Description = "A new folder where fleet, logs and archive stay to be looked at." };
        Command command = new("renew", "Run a ward whose certificates live a minute through renewal after renewal, and compare the sensors' ledgers with what is held everywhere.") { life, renewals, json, keep };
        command.SetAction(async (result, cancellation) =>
        {
            using ShutdownSignals stop = new(cancellation);
            RenewOptions options = new(
                result.GetValue(life) is >= ShortestLife and <= LongestLife and int seconds ? TimeSpan.FromSeconds(seconds) : throw new UserError("that is no life for a drill", "--life", $"give {ShortestLife} to {LongestLife} seconds", ExitCode.Usage),
                result.GetValue(renewals) is > 0 and <= MostRounds and int count ? count : throw new UserError("the renewals are out of range", "--renewals", $"give a number from 1 to {MostRounds}", ExitCode.Usage),
                Whole(result.GetValue(json)),
                New(result.GetValue(keep)));
            return await Run(options, result.InvocationConfiguration.Output, stop.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> Run(RenewOptions options, TextWriter output, CancellationToken stop)
    {
        string root = options.Keep ?? Directory.CreateTempSubdirectory("sealway-drill-").FullName;
        bool holds = false;
        try
        {
            RenewSummary summary;
            RenewDrill drill = new(options, DemoFolders.Create(root), output);
            await using (drill.ConfigureAwait(false))
            {
                summary = await drill.RunAsync(stop).ConfigureAwait(false);
            }

            if (options.Json is { } file)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(summary, Json) + "\n", stop).ConfigureAwait(false);
            }

            holds = summary.Holds;
            await output.WriteLineAsync(summary.Told()).ConfigureAwait(false);
            return holds ? ExitCode.Clean : ExitCode.Failed;
        }
        finally
        {
            if (options.Keep is null && holds)
            {
                Directory.Delete(root, recursive: true);
            }
            else
            {
                await output.WriteLineAsync($"fleet, logs and archive are in {root}").ConfigureAwait(false);
            }
        }
    }

    private static async Task<int> Run(CrashOptions options, TextWriter output, CancellationToken stop)
    {
        string root = options.Keep ?? Directory.CreateTempSubdirectory("sealway-drill-").FullName;
        bool holds = false;
        try
        {
            CrashSummary summary;
            CrashDrill drill = new(options, DemoFolders.Create(root), output);
            await using (drill.ConfigureAwait(false))
            {
                summary = await drill.RunAsync(stop).ConfigureAwait(false);
            }

            if (options.Json is { } file)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(summary, Json) + "\n", stop).ConfigureAwait(false);
            }

            holds = summary.Holds;
            await output.WriteLineAsync(summary.Told()).ConfigureAwait(false);
            return holds ? ExitCode.Clean : ExitCode.Failed;
        }
        finally
        {
            if (options.Keep is null && holds)
            {
                Directory.Delete(root, recursive: true);
            }
            else
            {
                await output.WriteLineAsync($"fleets, logs and archive are in {root}").ConfigureAwait(false);
            }
        }
    }

    private static string? Folder(string? path) => path is null || Directory.Exists(path)
        ? Whole(path)
        : throw new UserError("there is no such folder", path, "give a folder of recordings, or leave --recordings out", ExitCode.Usage);

    private static string? New(string? path) => path is not null && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()
        ? throw new UserError("the folder is not empty", path, "give --keep a new folder", ExitCode.Usage)
        : Whole(path);

    private static string? Whole(string? path) => path is null ? null : Path.GetFullPath(path);
}
