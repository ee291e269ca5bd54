namespace Sealway.App;

using Sealway.Messages;

/// <summary>An entry that was refused, or held something that was.</summary>
/// <param name="Log">The generation.</param>
/// <param name="Index">The entry.</param>
/// <param name="Reason">Why.</param>
internal sealed record RefusedEntry(LogId Log, ulong Index, Refusal Reason);
