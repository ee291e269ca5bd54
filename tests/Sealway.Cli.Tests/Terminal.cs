namespace Sealway.Cli.Tests;

using Sealway.Cli.Commands;
using Sealway.Testing;
using Xunit;

/// <summary>The command as a user meets it: in this process, or as one of its own.</summary>
internal static class Terminal
{
    /// <summary>Runs <c>sealway</c> in this process. Whatever goes wrong, nobody is shown a stack trace.</summary>
    public static async Task<ProcessRun> Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await CommandLine.Run(CommandList.All(), arguments, output, error);
        ProcessRun run = new(code, output.ToString(), error.ToString());
        Assert.DoesNotContain("unexpected error", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output + run.Error, StringComparison.Ordinal);
        return run;
    }

    /// <summary>The same, of a call that must succeed.</summary>
    public static async Task<string> Succeed(params string[] arguments)
    {
        ProcessRun run = await Run(arguments);
        Assert.True(run.Code == 0, $"sealway {string.Join(' ', arguments)}: {run.Code}: {run.Error}");
        Assert.Empty(run.Error);
        return run.Output;
    }

    /// <summary>Runs <c>sealway</c> as a process, which may create files as openly as it likes.</summary>
    public static Task<ProcessRun> RunProcess(string folder, ReadOnlyMemory<byte> input, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "sealway.dll");
        return OperatingSystem.IsWindows()
            ? ProcessRun.Of("dotnet", [program, .. arguments], folder, input, cancellation: TestContext.Current.CancellationToken)
            : ProcessRun.Of("sh", ["-c", "umask 000; exec dotnet \"$@\"", "sealway", program, .. arguments], folder, input, cancellation: TestContext.Current.CancellationToken);
    }
}
