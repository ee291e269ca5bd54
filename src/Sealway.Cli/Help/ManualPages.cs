namespace Sealway.Cli.Help;

using System.CommandLine;

/// <summary>The manual: a page for each command, by its words without <c>sealway</c>. The tests hold every example to what the command takes.</summary>
internal static partial class ManualPages
{
    private const string RoleEnds = "Ends cleanly on SIGTERM or Ctrl-C. Exit code 0: it was told to stop and stopped; 1: it failed; 2: the configuration has mistakes, each told with its place and its mend.";

    private const string Keylog = "For debugging, --tls-keylog writes the keys of all its TLS connections to a file: whoever has that file and a recording of the network reads everything. It is refused unless the configuration has \"debug\": { \"allowTlsKeylog\": true }, and warned of as long as it lasts.";

    /// <summary>Every page.</summary>
    public static IReadOnlyDictionary<string, ManualPage> All { get; } =
        new[] { Fleet, Roles, Tools }.SelectMany(pages => pages).ToDictionary(StringComparer.Ordinal);

    /// <summary>The page of a command, or null.</summary>
    public static ManualPage? Of(Command command) => All.GetValueOrDefault(PathOf(command));

    /// <summary>How a command is called, as in <c>sealway fleet enrol</c>.</summary>
    public static string NameOf(Command command) => PathOf(command) is { Length: > 0 } path ? $"sealway {path}" : "sealway";

    /// <summary>A command's words, as in <c>fleet enrol</c>; of the root, none.</summary>
    public static string PathOf(Command command)
    {
        Stack<string> words = [];
        for (Command? at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            words.Push(at.Name);
        }

        return string.Join(' ', words);
    }
}
