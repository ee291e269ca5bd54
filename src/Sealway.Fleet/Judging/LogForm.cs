namespace Sealway.Fleet;

/// <summary>Whether a log keeps readings open or sealed: its first reading, epoch or slot decides, and it never changes.</summary>
public enum LogForm
{
    /// <summary>Nothing seen yet that decides.</summary>
    Undecided = 0,

    /// <summary>Readings and events are entries in clear.</summary>
    Open = 1,

    /// <summary>Readings and events are items in slots; in clear only what tells of generations, starts and losses.</summary>
    Sealed = 2,
}
