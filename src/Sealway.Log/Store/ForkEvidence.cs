namespace Sealway.Log;

using Sealway.Messages;

/// <summary>
/// Two heads under one log's key that cannot both be of one log. Both sides are kept as they came; nothing is resolved.
/// What is held under <see cref="Held"/> stays readable in the store; the other side's entries are in <see cref="Entries"/>.
/// </summary>
/// <param name="Log">Which log.</param>
/// <param name="Held">The head that the store's entries lead to.</param>
/// <param name="Other">The head that contradicts it; its signature was valid.</param>
/// <param name="From">The index of the first of <see cref="Entries"/>.</param>
/// <param name="Entries">The entries that came with the other head; none where the heads alone contradict each other.</param>
/// <param name="Index">The first index at which the entries are known to differ; null where only the roots are known to.</param>
public sealed record ForkEvidence(LogId Log, Head Held, Head Other, ulong From, IReadOnlyList<LogEntry> Entries, ulong? Index);
