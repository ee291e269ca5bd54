namespace Sealway.Cli.Tests;

using System.CommandLine;
using System.Text;
using Sealway.Cli.Commands;
using Sealway.Cli.Help;
using Xunit;
using Command = System.CommandLine.Command;

public sealed class ManualTests
{
    [Fact]
    public void Every_command_has_a_page_with_examples()
    {
        foreach (Command command in Everything())
        {
            ManualPage? page = ManualPages.Of(command);
            Assert.True(page is { About.Count: > 0, Examples.Count: > 0 }, $"{ManualPages.NameOf(command)} has no page");
            Assert.False(string.IsNullOrWhiteSpace(command.Description), $"{ManualPages.NameOf(command)} has no description");
        }
    }

    [Fact]
    public void Every_argument_and_option_is_described() => Assert.All(
        Everything().SelectMany(command => command.Arguments.Cast<Symbol>().Concat(command.Options).Select(symbol => $"{ManualPages.NameOf(command)}: {symbol.Name}: {symbol.Description}")),
        line => Assert.False(line.EndsWith(": ", StringComparison.Ordinal), line));

    [Fact]
    public void Every_example_is_a_call_that_its_command_takes()
    {
        RootCommand root = Root();
        string[] commands = [.. Everything().Select(ManualPages.PathOf)];
        foreach ((string path, ManualPage page) in ManualPages.All)
        {
            foreach ((string line, _) in page.Examples)
            {
                string[] words = [.. Words(line)];
                Assert.Equal("sealway", words[0]);
                string named = ManualPages.All.Keys.Where(key => $"{line} ".StartsWith($"sealway {key} ", StringComparison.Ordinal)).MaxBy(key => key.Length)!;
                Assert.True(named.StartsWith(path, StringComparison.Ordinal), $"{line} is no example of {path}");

                // A page may be there before its command.
                if (commands.Contains(named))
                {
                    ParseResult result = root.Parse(words[1..]);
                    Assert.True(result.Errors.Count == 0, $"{line}: {string.Join("; ", result.Errors.Select(error => error.Message))}");
                    Assert.Equal(named, ManualPages.PathOf(result.CommandResult.Command));
                }
            }
        }
    }

    [Fact]
    public async Task Help_ends_with_the_page()
    {
        foreach (string[] call in new string[][] { ["--help"], ["fleet", "-h"], ["fleet", "enrol", "--help"], ["inspect", "-?"] })
        {
            string output = await Terminal.Succeed(call);
            ManualPage page = ManualPages.All[string.Join(' ', call[..^1])];
            Assert.Contains("Usage:", output, StringComparison.Ordinal);
            Assert.All(page.Examples, example => Assert.Contains(example.Line, output, StringComparison.Ordinal));
            Assert.Contains(page.About[0].Split(' ')[0], output, StringComparison.Ordinal);
            Assert.All(output[output.IndexOf("About:", StringComparison.Ordinal)..].Split(Environment.NewLine), line => Assert.InRange(line.Length, 0, 120));
        }
    }

    [Fact]
    public async Task A_wrong_call_leads_to_the_help_of_its_command()
    {
        Assert.Contains("see sealway fleet enrol --help", (await Terminal.Run("fleet", "enrol", "sensor")).Error, StringComparison.Ordinal);
        Assert.Contains("see sealway --help", (await Terminal.Run("flet")).Error, StringComparison.Ordinal);
    }

    private static RootCommand Root() => CommandLine.Root(CommandList.All());

    private static IEnumerable<Command> Everything()
    {
        Stack<Command> open = new([Root()]);
        while (open.TryPop(out Command? command))
        {
            yield return command;
            foreach (Command inner in command.Subcommands)
            {
                open.Push(inner);
            }
        }
    }

    // As a shell splits it.
    private static IEnumerable<string> Words(string line)
    {
        StringBuilder word = new();
        bool quoted = false;
        foreach (char c in line + " ")
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ' ' && !quoted)
            {
                yield return word.ToString();
                word.Clear();
            }
            else
            {
                word.Append(c);
            }
        }
    }
}
