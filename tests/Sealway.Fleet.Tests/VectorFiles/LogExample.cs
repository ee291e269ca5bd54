namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>A whole log of the vectors, to be judged entry by entry.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Registry">The registry as far as the judge knows it.</param>
/// <param name="Entries">The log's entries, judged in order.</param>
/// <param name="Expected">The verdict of each that is not valid, and its reason.</param>
internal sealed record LogExample(string Name, VectorRegistry Registry, VectorLog Entries, params (int Index, Validity Validity, Refusal Reason)[] Expected)
{
    public LogId Log { get; init; } = VectorRegistry.Ward;
}
