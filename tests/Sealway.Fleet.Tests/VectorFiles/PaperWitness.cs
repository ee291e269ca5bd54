namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>A countersignature to be made.</summary>
/// <param name="Name">Whose key.</param>
/// <param name="Seconds">When.</param>
/// <param name="From">From which index on it says that it holds the entries.</param>
internal sealed record PaperWitness(string Name, ulong Seconds, ulong From = 0);
