namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>What a full disk has no room for.</summary>
/// <param name="From">What the cloud holds: nothing before this index is lost.</param>
/// <param name="LoseBefore">Readings and slots from there on and before this index are lost.</param>
/// <param name="Lost">The event that says so.</param>
internal sealed record Overflow(ulong From, ulong LoseBefore, LostEvent Lost)
{
    /// <summary>Whether an entry is of a kind that is lost; what the gateway states, and epochs, are kept.</summary>
    internal static bool IsLost(Entry entry) => entry.Kind is EntryKind.Reading or EntryKind.Sealed;
}
