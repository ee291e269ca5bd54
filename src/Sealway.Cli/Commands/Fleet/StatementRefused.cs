namespace Sealway.Cli.Commands;

using Sealway.Cli.Hosting;
using Sealway.Messages;

/// <summary>What the person at the terminal can do when the registry would not take a statement.</summary>
internal static class StatementRefused
{
    /// <summary>Waits, and tells a refusal as a user's error.</summary>
    public static async Task Watch(Task stating)
    {
        try
        {
            await stating.ConfigureAwait(false);
        }
        catch (MessageException refused)
        {
            throw Because(refused);
        }
    }

    public static UserError Because(MessageException refused) => refused.Reason switch
    {
        Refusal.TooLong or Refusal.WrongText => new($"a text is empty or too long: at most {Limits.TextBytes} bytes", mend: "shorten it", code: ExitCode.Usage, cause: refused),
        _ => new($"the registry would not take this: {refused.Message}; nothing was stated", mend: "another process may have changed the registry meanwhile: see sealway fleet show", cause: refused),
    };
}
