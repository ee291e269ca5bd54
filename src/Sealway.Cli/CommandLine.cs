namespace Sealway.Cli;

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Diagnostics.CodeAnalysis;
using Sealway.Cli.Help;
using Sealway.Cli.Hosting;
using Sealway.Links;

/// <summary>The <c>sealway</c> command as a whole: what was asked for, and what a failure looks like.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="commands">Every command there is.</param>
    /// <param name="arguments">The arguments as given.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "The border of the process: every error becomes a text and an exit code.")]
    public static async Task<int> Run(IEnumerable<Command> commands, IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        // Who sets SSLKEYLOGFILE in a part's environment gets nothing: see --tls-keylog.
        TlsKeyLog.Forbid();

        // Roles and the demo turn signals into their own shutdown; every other command may simply end.
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = error };
        ParseResult result = Root(commands).Parse(arguments);
        try
        {
            if (result.Action is ParseErrorAction mistake)
            {
                if (arguments.Count > 0)
                {
                    mistake.ShowHelp = false;
                }

                await result.InvokeAsync(configuration).ConfigureAwait(false);
                if (arguments.Count > 0)
                {
                    await error.WriteLineAsync($"  see {ManualPages.NameOf(result.CommandResult.Command)} --help").ConfigureAwait(false);
                }

                return ExitCode.Usage;
            }

            return await result.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (Exception exception) when (UserError.From(exception) is { } mistake)
        {
            ErrorText.Write(error, mistake);
            return mistake.Code;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("sealway: interrupted").ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (Exception exception)
        {
            // A fault of the program: the stack is what its developers need.
            await error.WriteLineAsync($"sealway: unexpected error: {exception}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    /// <summary>The commands under their root, with the manual's help.</summary>
    internal static RootCommand Root(IEnumerable<Command> commands)
    {
        RootCommand root = new("Sealway carries measurements from sensors to the people and archives that rely on them.");
        foreach (Command command in commands)
        {
            root.Subcommands.Add(command);
        }

        ManualHelp.AddTo(root);
        return root;
    }
}
