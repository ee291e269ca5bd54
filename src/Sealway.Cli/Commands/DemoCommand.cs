namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Text.Json;
using Sealway.Cli.Demo;
using Sealway.Cli.Hosting;

/// <summary><c>sealway demo</c>: a ward and a home, every part as a process of its own, and the comparison of what was sent with what arrived.</summary>
internal static class DemoCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        Option<string?> recordings = new("--recordings") { Description = "A folder of recordings to replay; left out: values are generated." };
        Option<double?> speed = new("--speed") { Description = "How many times as fast as recorded; left out: each recording so that its usual spacing becomes a second." };
        Option<string> time = new("--for") { Description = "How long sensors measure, for example 30s or 5m.", DefaultValueFactory = _ => "60s" };
        Option<bool> headless = new("--headless") { Description = "Lines instead of the live table." };
        Option<string?> json = new("--json") { Description = "A file that gets the figures." };
        Option<string?> keep = new("--keep") { Description = "A new folder where fleets, logs and archive stay to be looked at." };
        Option<bool> attack = new("--attack") { Description = "After the peaceful run, attack the running parts for real, and show who notices." };
        Option<string?> only = new("--only") { Description = "With --attack: only the attacks whose name, or whose attacker, contains this." };
        Option<string?> keylog = KeyLogging.Option();
        Command command = new("demo", "Show it all on this machine: a hospital ward and a home, from the sensor to the archive and to the app.") { recordings, speed, time, headless, json, keep, attack, only, keylog };
        command.SetAction(async (result, cancellation) =>
        {
            using ShutdownSignals stop = new(cancellation);
            DemoOptions options = new(
                Whole(result.GetValue(recordings)),
                result.GetValue(speed),
                Time(result.GetRequiredValue(time)),
                result.GetValue(headless),
                Whole(result.GetValue(json)),
                Whole(result.GetValue(keep)),
                result.GetValue(attack),
                result.GetValue(only),
                Whole(result.GetValue(keylog)));
            return await Run(options, result.InvocationConfiguration.Output, stop.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> Run(DemoOptions options, TextWriter output, CancellationToken stop)
    {
        if (options.Recordings is { } recordings && !Directory.Exists(recordings))
        {
            throw new UserError("there is no such folder", recordings, "give a folder of recordings, or leave --recordings out", ExitCode.Usage);
        }

        if (options.Speed is <= 0 or > 1_000_000)
        {
            throw new UserError("the speed is out of range", "--speed", "give a number above 0, up to 1000000", ExitCode.Usage);
        }

        if (options.Keep is { } keep && Directory.Exists(keep) && Directory.EnumerateFileSystemEntries(keep).Any())
        {
            throw new UserError("the folder is not empty", keep, "give --keep a new folder", ExitCode.Usage);
        }

        string root = options.Keep ?? Directory.CreateTempSubdirectory("sealway-demo-").FullName;
        bool done = false;
        try
        {
            DemoSummary summary;
            DemoRun run = new(options, DemoFolders.Create(root), output);
            await using (run.ConfigureAwait(false))
            {
                summary = await run.RunAsync(stop).ConfigureAwait(false);
            }

            if (options.Json is { } file)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(summary, Json) + "\n", stop).ConfigureAwait(false);
            }

            done = true;
            await output.WriteLineAsync(summary.Told()).ConfigureAwait(false);
            return summary.IsGood ? ExitCode.Clean : ExitCode.Failed;
        }
        finally
        {
            if (options.Keep is null && done)
            {
                Directory.Delete(root, recursive: true);
            }
            else
            {
                await output.WriteLineAsync($"fleets, logs and archive are in {root}").ConfigureAwait(false);
            }
        }
    }

    private static TimeSpan Time(string text) => Durations.TryParse(text, out TimeSpan time) && time >= TimeSpan.FromSeconds(5) && time <= TimeSpan.FromHours(24)
        ? time
        : throw new UserError($"\"{text}\" is no time from 5s to 24h", "--for", "write for example 30s or 5m", ExitCode.Usage);

    private static string? Whole(string? path) => path is null ? null : Path.GetFullPath(path);
}
