namespace Sealway.TlsCheck.Wire;

/// <summary>What the peer sent is not what the protocol allows at this place.</summary>
/// <param name="what">What is wrong, as a clause.</param>
internal sealed class MalformedException(string what) : Exception(what);
