namespace Sealway.Alarms;

/// <summary>From an entry on a log is judged with the withdrawals of this much of the registry.</summary>
/// <param name="From">The first such entry.</param>
/// <param name="Size">How much of the registry, in entries.</param>
internal readonly record struct RegistryMark(ulong From, ulong Size);
