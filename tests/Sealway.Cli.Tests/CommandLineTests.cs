namespace Sealway.Cli.Tests;

using System.CommandLine;
using Sealway.Cli.Commands;
using Sealway.Cli.Hosting;
using Xunit;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_lists_every_command()
    {
        (int code, string output, _) = await Run(["--help"], Sample(_ => 0));
        Assert.Equal(ExitCode.Clean, code);
        Assert.Contains("sample", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_printed()
    {
        (int code, string output, _) = await Run(["--version"]);
        Assert.Equal(ExitCode.Clean, code);
        Assert.Matches(@"^\d+\.\d+\.\d+", output);
    }

    [Theory]
    [InlineData("smaple")]
    [InlineData("sample", "--speed")]
    [InlineData("sample", "too", "many")]
    public async Task A_wrong_call_is_told_in_short_and_ends_with_the_usage_code(params string[] arguments)
    {
        (int code, _, string error) = await Run(arguments, Sample(_ => 0));
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(arguments[^1], error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_command_shows_the_help_and_ends_with_the_usage_code()
    {
        (int code, string output, string error) = await Run([], Sample(_ => 0));
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("sample", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commands_code_is_the_exit_code() =>
        Assert.Equal(7, (await Run(["sample"], Sample(_ => 7))).Code);

    [Fact]
    public async Task A_users_error_is_told_without_a_stack()
    {
        (int code, _, string error) = await Run(["sample"], Sample(_ => throw new UserError("no waybill", "a.bin", "name a waybill")));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal($"sealway: a.bin: no waybill{Environment.NewLine}  name a waybill{Environment.NewLine}", error);
    }

    [Fact]
    public async Task A_missing_file_is_the_users_error()
    {
        (int code, _, string error) = await Run(["sample"], Sample(_ => File.ReadAllBytes("/nowhere/at.all").Length));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("/nowhere/at.all", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_program_shows_its_stack()
    {
        (int code, _, string error) = await Run(["sample"], Sample(_ => throw new InvalidOperationException("a fault")));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_roles_command_names_the_configuration_that_is_missing()
    {
        Command role = RoleCommand.Create("gateway", "A gateway.", _ => 0, (_, _, _) => Task.CompletedTask);
        Assert.Equal(ExitCode.Usage, (await Run(["gateway"], role)).Code);
        Assert.Equal(ExitCode.Usage, (await Run(["gateway", "/nowhere/ward.json"], role)).Code);
    }

    [Fact]
    public void Every_command_has_a_name_of_its_own_and_a_description()
    {
        Command[] commands = [.. CommandList.All()];
        Assert.Distinct(commands.Select(command => command.Name));
        Assert.All(commands, command => Assert.False(string.IsNullOrEmpty(command.Description)));
    }

    private static Command Sample(Func<ParseResult, int> run)
    {
        Command command = new("sample", "A sample.");
        command.SetAction(run);
        return command;
    }

    private static async Task<(int Code, string Output, string Error)> Run(string[] arguments, params Command[] commands)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await CommandLine.Run(commands, arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
