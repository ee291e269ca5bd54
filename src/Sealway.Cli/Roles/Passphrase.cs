namespace Sealway.Cli.Roles;

using Sealway.Fleet;

/// <summary>Passphrases come from a file that its owner alone can read, never from arguments or the environment, which others can see.</summary>
internal static class Passphrase
{
    /// <summary>The file's first line; empty where there is no file. The caller erases it.</summary>
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
            return text[..(end < 0 ? text.Length : end)];
        }
        finally
        {
            Array.Clear(text);
        }
    }
}
