namespace Sealway.Log;

using Sealway.Messages;

/// <summary>What an append stored.</summary>
/// <param name="From">The index of the first entry.</param>
/// <param name="Entries">The entries, in order.</param>
/// <param name="Head">The head signed over them; null while the writer does not sign.</param>
public sealed record Appended(ulong From, IReadOnlyList<Entry> Entries, Head? Head)
{
    /// <summary>The log's size after the append.</summary>
    public ulong Size => From + (ulong)Entries.Count;
}
