namespace Sealway.Messages;

/// <summary>The last known state of the generation that a new one follows.</summary>
/// <param name="Log">Its log-id.</param>
/// <param name="Size">Its last known size.</param>
/// <param name="Root">The root at that size, 32 bytes.</param>
public sealed record PreviousGeneration(LogId Log, ulong Size, ReadOnlyMemory<byte> Root);
