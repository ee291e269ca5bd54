namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using Sealway.Archive;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway archive CONFIGURATION</c>: follows, judges, countersigns, keeps; <c>check</c> re-verifies every stored byte; <c>prove</c> writes a waybill.</summary>
internal static class ArchiveCommand
{
    private const int ProblemsShown = 50;

    public static Command Create()
    {
        Command command = RoleCommand.Create("archive", "Follow logs through the cloud, judge, alarm, countersign, keep as files that never change.", ArchiveSettings.Parse, Run);
        command.Add(Check());
        command.Add(Prove());
        return command;
    }

    private static async Task Run(ArchiveSettings settings, RoleContext context, CancellationToken stop)
    {
        await settings.Identity.EnrolledAsync(context, stop).ConfigureAwait(false);
        using Identity identity = settings.Identity.Load(Role.Archive);
        using TlsIdentitySource tls = settings.Identity.OpenTls(context);
        ArchiveRole role = await ArchiveRole.OpenAsync(settings.Options(identity) with { Tls = tls }, context.Time, context.Loggers, stop).ConfigureAwait(false);
        await using (role.ConfigureAwait(false))
        {
            context.ReportHealth(role.Health);
            await role.RunAsync(stop).ConfigureAwait(false);
        }
    }

    private static Command Check()
    {
        Argument<string> configuration = new("configuration") { Description = "The archive's configuration." };
        Command command = new("check", "Read and verify every stored byte again. Exit code 0: all is as it was stored; 1: something is not.") { configuration };
        command.SetAction(async (result, stop) =>
        {
            using ShutdownSignals signals = new(stop);
            ArchiveSettings settings = Load(result.GetRequiredValue(configuration));
            using Identity identity = settings.Identity.Load(Role.Archive);
            ArchiveOptions options = settings.Options(identity);
            TextWriter error = result.InvocationConfiguration.Error;
            Action<ArchiveCheckProgress>? progress = Console.IsErrorRedirected ? null : step => error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{step.Log}: {step.Done:N0} of {step.Of:N0}   "));
            ArchiveCheckReport report = await ArchiveCheck.RunAsync(options.DataFolder, identity.RegistryLog, identity.Authority, options.Rules, progress, signals.Token).ConfigureAwait(false);
            await error.WriteAsync(progress is null ? string.Empty : "\r").ConfigureAwait(false);
            return await Report(report, result.InvocationConfiguration.Output, error).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> Report(ArchiveCheckReport report, TextWriter output, TextWriter error)
    {
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Logs} logs, {report.Entries:N0} entries ({report.Readings:N0} readings, {report.WitnessedAgain:N0} of them in a further log, {report.Missing:N0} missing in every log, {report.Cloned:N0} numbers with two contents), {report.Erased:N0} erased by order, {report.Blanks:N0} blank without an order, {report.Tiles:N0} tiles, {report.Heads:N0} heads, {report.Countersignatures:N0} countersignatures, {report.Files:N0} files of {report.Bytes:N0} bytes")).ConfigureAwait(false);
        foreach ((LogId log, ulong start) in report.NotJudgedBefore)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{log} is held from entry {start} on; what lies before is not here and not judged")).ConfigureAwait(false);
        }

        if (report.IsSound)
        {
            await output.WriteLineAsync("every stored byte is as it was stored").ConfigureAwait(false);
            return ExitCode.Clean;
        }

        foreach (ArchiveProblem problem in report.Problems.Take(ProblemsShown))
        {
            await error.WriteLineAsync($"{problem.File}: {problem.What}").ConfigureAwait(false);
        }

        await error.WriteLineAsync($"{report.ProblemCount} problems: bring the files back from a copy, and check again").ConfigureAwait(false);
        return ExitCode.Failed;
    }

    private static Command Prove()
    {
        Argument<string> configuration = new("configuration") { Description = "The archive's configuration." };
        Option<string?> sensor = new("--sensor") { Description = "Whose reading, by name or kid." };
        Option<string?> number = new("--number") { Description = "Which reading of the sensor: BOOT.SEQUENCE." };
        Option<DateTimeOffset?> at = new("--at") { Description = "Which reading of the sensor: the nearest to this time; left out: the latest." };
        Option<string?> log = new("--log") { Description = "Instead of a sensor: the log, name/generation." };
        Option<ulong[]> index = new("--index") { Description = "With --log: the entries.", AllowMultipleArgumentsPerToken = true };
        Option<string?> fork = new("--fork") { Description = "Instead: the log whose fork is proved, name/generation, by two waybills." };
        Option<string> output = new("--out") { Description = "The waybill that is written.", Required = true };
        Command command = new("prove", "Write a waybill: one file that proves a reading's way, to be checked offline by sealway verify.") { configuration, sensor, number, at, log, index, fork, output };
        command.SetAction(async (result, stop) =>
        {
            ArchiveSettings settings = Load(result.GetRequiredValue(configuration));
            using Identity identity = settings.Identity.Load(Role.Archive);
            ArchiveProve archive = await ArchiveProve.OpenAsync(settings.Data, identity.RegistryLog, identity.Authority, stop).ConfigureAwait(false);
            await using (archive.ConfigureAwait(false))
            {
                if (result.GetValue(fork) is { } forked)
                {
                    await ProveFork(archive, forked, result.GetRequiredValue(output), result.InvocationConfiguration.Output, stop).ConfigureAwait(false);
                    return ExitCode.Clean;
                }

                (LogId from, IReadOnlyList<ulong> entries) = result.GetValue(sensor) is { } who
                    ? await Find(archive, who, result.GetValue(number), result.GetValue(at), stop).ConfigureAwait(false)
                    : Named(result.GetValue(log), result.GetValue(index) ?? []);
                RequireNotErased(archive.Registry, from, entries);
                Waybill waybill = await archive.ProveAsync(from, entries, stop).ConfigureAwait(false)
                    ?? throw new UserError($"no head of {from} holds that yet", mend: "try again when the gateway has signed its log");
                string file = result.GetRequiredValue(output);
                await File.WriteAllBytesAsync(file, waybill.ToArray(), stop).ConfigureAwait(false);
                await result.InvocationConfiguration.Output.WriteLineAsync($"{file}: {from} #{string.Join(", #", entries)}, as of registry {archive.Registry.Size}").ConfigureAwait(false);
                return ExitCode.Clean;
            }
        });
        return command;
    }

    private static void RequireNotErased(RegistryView registry, LogId log, IReadOnlyList<ulong> entries)
    {
        if (entries.Select(entry => registry.ErasureOf(log, entry)).FirstOrDefault(order => order is not null) is { } erased)
        {
            throw new UserError(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the authority ordered {log} #{entries.First(entry => registry.ErasureOf(log, entry) is not null)} erased, statement {erased.Index} of the registry, {DateTimeOffset.FromUnixTimeMilliseconds((long)erased.AtMilliseconds):u}: {erased.Erasure.Reason}"),
                mend: "it cannot be proved any more; other entries can");
        }
    }

    private static async Task ProveFork(ArchiveProve archive, string log, string file, TextWriter output, CancellationToken stop)
    {
        LogId id = LogId.TryParse(log, out LogId named) ? named : throw new UserError($"\"{log}\" is no log", "--fork", "write the gateway's name and the generation, for example ward-3/0", ExitCode.Usage);
        IReadOnlyList<ForkEvidence> forks = await archive.ForksAsync(id, stop).ConfigureAwait(false);
        if (forks.Count == 0)
        {
            throw new UserError($"the archive has no evidence of a fork of {id}");
        }

        foreach (ForkEvidence fork in forks)
        {
            ForkWaybills? both;
            try
            {
                both = await archive.ProveForkAsync(fork, stop).ConfigureAwait(false);
            }
            catch (MessageException)
            {
                // Of this one not both entries are here, or they prove nothing; another may.
                continue;
            }

            if (both is not null)
            {
                (string held, string other) = (Beside(file, "held"), Beside(file, "other"));
                await File.WriteAllBytesAsync(held, both.Held.ToArray(), stop).ConfigureAwait(false);
                await File.WriteAllBytesAsync(other, both.Other.ToArray(), stop).ConfigureAwait(false);
                await output.WriteLineAsync($"{held}, {other}: {id} #{both.Index}, two entries, each in a head that its gateway signed").ConfigureAwait(false);
                return;
            }
        }

        throw new UserError($"of the forks of {id} the archive has the heads and not both entries", mend: "the heads are in the folder forks of that log");
    }

    private static string Beside(string file, string word) =>
        Path.Combine(Path.GetDirectoryName(file) ?? string.Empty, $"{Path.GetFileNameWithoutExtension(file)}-{word}{Path.GetExtension(file)}");

    private static async Task<(LogId Log, IReadOnlyList<ulong> Entries)> Find(ArchiveProve archive, string sensor, string? number, DateTimeOffset? at, CancellationToken stop)
    {
        Party party = archive.FindSensor(sensor) ?? throw new UserError($"there is no sensor \"{sensor}\" in the archived registry", "--sensor", "see sealway fleet show", ExitCode.Usage);
        FoundReading? found = number is null
            ? await archive.FindAsync(party.Kid, at ?? TimeProvider.System.GetUtcNow(), stop).ConfigureAwait(false)
            : await archive.FindAsync(party.Kid, Number(number), stop).ConfigureAwait(false) is [var first, ..] ? first : null;
        return found is null
            ? throw new UserError($"the archive has no such reading of {sensor}", mend: "try another number or time")
            : (found.Log, [found.Index]);
    }

    private static (LogId Log, IReadOnlyList<ulong> Entries) Named(string? log, ulong[] entries) => log is not null && LogId.TryParse(log, out LogId id) && entries.Length > 0
        ? (id, entries)
        : throw new UserError("which entry?", "--sensor or --log and --index", "write for example --sensor vitals-01, or --log ward-3/0 --index 17", ExitCode.Usage);

    private static ReadingNumber Number(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length == 2 && uint.TryParse(parts[0], CultureInfo.InvariantCulture, out uint boot) && uint.TryParse(parts[1], CultureInfo.InvariantCulture, out uint sequence)
            ? new ReadingNumber(boot, sequence)
            : throw new UserError($"\"{text}\" is no reading's number", "--number", "write BOOT.SEQUENCE, for example 3.1041", ExitCode.Usage);
    }

    private static ArchiveSettings Load(string configuration) => Settings.Load(configuration, section =>
    {
        _ = HostSettings.Parse(section);
        return ArchiveSettings.Parse(section);
    });
}
