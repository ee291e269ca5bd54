namespace Sealway.Cli.Hosting;

/// <summary>A key of a configuration file with its value.</summary>
/// <param name="Name">The key.</param>
/// <param name="Offset">Where the key begins, in bytes from the start of the file.</param>
/// <param name="Value">Its value.</param>
internal sealed record SettingsMember(string Name, int Offset, SettingsNode Value);
