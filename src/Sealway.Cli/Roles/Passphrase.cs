namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Fleet;

/// <summary>Passphrases come from a file that its owner alone can read, never from arguments or the environment, which others can see.</summary>
internal static class Passphrase
{
    /// <summary>The file's first line; empty where no file is named. The caller erases it.</summary>
    /// <exception cref="UserError">The first line is empty.</exception>
    /// <exception cref="FleetFileException">It cannot be read, or others can read it.</exception>
    public static char[] Read(string? file)
    {
        if (file is null)
        {
            return [];
        }

        char[] text = PrivateFile.ReadText(file);
        try
        {
            int end = text.AsSpan().IndexOfAny('\r', '\n');

            // An empty one would leave keys unlocked that were meant to be locked.
            return end != 0 && text.Length > 0
                ? text[..(end < 0 ? text.Length : end)]
                : throw new UserError("the passphrase is empty", file, "write it on the first line", ExitCode.Usage);
        }
        finally
        {
            Array.Clear(text);
        }
    }
}
