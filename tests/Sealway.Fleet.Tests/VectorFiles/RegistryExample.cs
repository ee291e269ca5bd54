namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>A registry of the vectors.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Registry">Its entries.</param>
/// <param name="Without">The entries without effect, and why.</param>
internal sealed record RegistryExample(string Name, VectorRegistry Registry, params (ulong Index, Refusal Reason)[] Without);
