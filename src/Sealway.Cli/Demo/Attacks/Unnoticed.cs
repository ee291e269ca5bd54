namespace Sealway.Cli.Demo.Attacks;

using System.Diagnostics.CodeAnalysis;

/// <summary>An attack that nobody noticed in time: the finding that the run exists for.</summary>
/// <param name="tried">How often it was tried.</param>
/// <param name="times">How many of these were noticed.</param>
/// <param name="what">What was waited for in vain.</param>
[SuppressMessage("Naming", "CA1710", Justification = "It reads as what it says, and is caught in one place.")]
internal sealed class Unnoticed(int tried, int times, string what) : Exception(what)
{
    /// <summary>How often it was tried.</summary>
    public int Tried { get; } = tried;

    /// <summary>How many of these were noticed.</summary>
    public int Times { get; } = times;
}
