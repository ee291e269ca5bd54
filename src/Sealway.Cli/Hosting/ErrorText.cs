namespace Sealway.Cli.Hosting;

/// <summary>How errors look on the terminal.</summary>
internal static class ErrorText
{
    /// <summary>Writes what happened, where, and what to do. The mistakes of a configuration are written as they are, so that an editor can jump to their places.</summary>
    public static void Write(TextWriter writer, UserError error) =>
        writer.WriteLine(error is SettingsException ? error.Describe() : $"sealway: {error.Describe()}");
}
