namespace Sealway.Log;

/// <summary>A small named value beside a log, written atomically with an append: a sensor's last number, a state to resume from.</summary>
/// <param name="Name">1 to <see cref="MaxName"/> characters.</param>
/// <param name="Value">At most <see cref="MaxValue"/> bytes; null removes the note.</param>
public readonly record struct Note(string Name, byte[]? Value)
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxName = 256;

    /// <summary>The longest value, in bytes.</summary>
    public const int MaxValue = 65_536;
}
