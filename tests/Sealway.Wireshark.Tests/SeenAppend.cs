namespace Sealway.Wireshark.Tests;

/// <summary>An append as the dissector prints it.</summary>
/// <param name="Log">The log.</param>
/// <param name="From">The index of its first entry.</param>
/// <param name="Size">The size of its head.</param>
/// <param name="Root">The root that the head signs, in hexadecimal digits.</param>
/// <param name="Entries">Index and kind of each entry.</param>
internal sealed record SeenAppend(string Log, ulong From, ulong Size, string Root, IReadOnlyList<(ulong Index, int Kind)> Entries);
