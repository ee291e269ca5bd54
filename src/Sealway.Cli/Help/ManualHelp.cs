namespace Sealway.Cli.Help;

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

/// <summary>The help of a command: what the command line's library prints of its arguments and options, then the page of the manual.</summary>
/// <param name="options">Prints the first part.</param>
internal sealed class ManualHelp(HelpAction options) : SynchronousCommandLineAction
{
    private const int Width = 96;
    private const string Indent = "  ";

    // Help does not mind what else is wrong with the call.
    public override bool ClearsParseErrors => true;

    /// <summary>Gives a command and all below it the manual's help.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction options)
            {
                option.Action = new ManualHelp(options);
            }
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        int code = options.Invoke(parseResult);
        if (ManualPages.Of(parseResult.CommandResult.Command) is { } page)
        {
            Write(page, parseResult.InvocationConfiguration.Output);
        }

        return code;
    }

    private static void Write(ManualPage page, TextWriter output)
    {
        output.WriteLine("About:");
        foreach (string paragraph in page.About)
        {
            Wrap(paragraph, Indent, output);
            output.WriteLine();
        }

        output.WriteLine("Examples:");
        foreach ((string line, string purpose) in page.Examples)
        {
            output.WriteLine($"{Indent}{line}");
            Wrap(purpose, Indent + Indent + Indent, output);
        }

        output.WriteLine();
    }

    private static void Wrap(string text, string indent, TextWriter output)
    {
        int column = 0;
        foreach (string word in text.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                output.WriteLine();
                column = 0;
            }

            output.Write(column == 0 ? indent + word : " " + word);
            column += (column == 0 ? indent.Length : 1) + word.Length;
        }

        output.WriteLine();
    }
}
