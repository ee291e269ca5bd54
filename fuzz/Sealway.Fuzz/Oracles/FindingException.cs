namespace Sealway.Fuzz.Oracles;

/// <summary>A decoder did what it must not: the finding that the fuzzer reports.</summary>
internal sealed class FindingException(string finding) : Exception(finding);
