namespace Sealway.Cli.Hosting;

/// <summary>What a command's exit code says.</summary>
internal static class ExitCode
{
    /// <summary>It did what it was asked; a role was told to stop and stopped.</summary>
    public const int Clean = 0;

    /// <summary>It failed, or found what it was to check not to be so.</summary>
    public const int Failed = 1;

    /// <summary>It was called wrongly or its configuration has mistakes; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>What it was to look at could not be reached, or is not what it was to look at.</summary>
    public const int Unreachable = 3;
}
