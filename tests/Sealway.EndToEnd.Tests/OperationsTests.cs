namespace Sealway.EndToEnd.Tests;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Sealway.Testing;
using Xunit;

/// <summary>docs/operations.md is run as it is written: its files are made, its blocks of commands are one script.</summary>
public sealed partial class OperationsTests
{
    private static readonly string[] _made = ["reading.waybill", "reading.txt", "metrics.txt", "monitor-3/signing.key", "archive.copy/logs", "messages.txt", "ward-3.last"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_command_of_the_operations_document_runs_as_it_is_written()
    {
        using TemporaryFolder folder = new();
        string text = OnFreePorts(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations.md"), Ct));
        StringBuilder script = new("""
            set -euo pipefail
            set -x
            trap 'code=$?; jobs -p | while read -r job; do kill -9 "$job" 2> /dev/null || true; done; exit $code' EXIT

            """);
        int blocks = 0;
        Commands commands = await Commands.Of(folder);
        foreach (Match block in Block().Matches(text))
        {
            string content = block.Groups["content"].Value;
            if (block.Groups["kind"].Value == "sh")
            {
                // The document may be there before a command.
                if (!Call().Matches(content).All(call => commands.Has(call.Groups["command"].Value, call.Groups["inner"].Value)))
                {
                    continue;
                }

                script.Append(content);
                blocks++;
            }
            else
            {
                await File.WriteAllTextAsync(folder.File(block.Groups["name"].Value), content, Ct);
            }
        }

        Assert.True(blocks > 12);
        script.Append("wait\n");
        File.Copy(Path.Combine(Repository.Root, "tools", "wireshark", "sealway.lua"), folder.File("sealway.lua"));
        await File.WriteAllTextAsync(folder.File("run"), script.ToString(), Ct);

        // Nobody's old log, old plugins or old settings take part; and sealway is the program that was built with the tests.
        Directory.CreateDirectory(folder.File("bin"));
        await File.WriteAllTextAsync(folder.File("bin/sealway"), $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "sealway.dll")}' \"$@\"\n", Ct);
        using (System.Diagnostics.Process mode = System.Diagnostics.Process.Start("chmod", ["+x", folder.File("bin/sealway")]))
        {
            await mode.WaitForExitAsync(Ct);
        }

        Dictionary<string, string> environment = new() { ["PATH"] = $"{folder.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}", ["XDG_CONFIG_HOME"] = folder.Path };
        ProcessRun run = await ProcessRun.Of("bash", ["run"], folder.Path, environment: environment, cancellation: Ct);
        Assert.True(run.Code == 0, string.Join('\n', run.Error.Split('\n').TakeLast(30)));
        Assert.All(_made, name => Assert.True(File.Exists(folder.File(name)) || Directory.Exists(folder.File(name)), name));
        Assert.Contains("append ward-3/0", await File.ReadAllTextAsync(folder.File("messages.txt"), Ct), StringComparison.Ordinal);
        Assert.Contains("every stored byte is as it was stored", run.Output, StringComparison.Ordinal);
    }

    // The words of the commands, as the help lists them.
    private sealed class Commands(string root, string fleet)
    {
        public static async Task<Commands> Of(TemporaryFolder folder) => new(await Help(folder), await Help(folder, "fleet"));

        public bool Has(string command, string inner) => Lists(root, command) && (command != "fleet" || Lists(fleet, inner));

        private static bool Lists(string help, string command) => Regex.IsMatch(help, $"^  {command}\\b", RegexOptions.Multiline);

        private static async Task<string> Help(TemporaryFolder folder, params string[] of) =>
            (await ProcessRun.Of("dotnet", [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), .. of, "--help"], folder.Path, cancellation: Ct)).Output;
    }

    // Others may listen on the ports of the document.
    private static string OnFreePorts(string text)
    {
        string[] written = [.. Port().Matches(text).Select(match => match.Value).Distinct()];
        Dictionary<string, int> free = written.Zip(FreePorts.Choose(written.Length)).ToDictionary(pair => pair.First, pair => pair.Second);
        return Port().Replace(text, match => free[match.Value].ToString(CultureInfo.InvariantCulture));
    }

    // A block of commands, or a file with its name.
    [GeneratedRegex(@"^```(?:(?<kind>sh)[^\n]*|(?:json|csv) (?<name>\S+))\n(?<content>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(?:until )?sealway (?<command>[a-z]+)(?: (?<inner>[a-z]+))?", RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"\b(?:8883|8443|7001|910[0-9]|9443)\b")]
    private static partial Regex Port();
}
