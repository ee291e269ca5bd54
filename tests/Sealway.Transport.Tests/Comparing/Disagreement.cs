namespace Sealway.Transport.Tests;

using System.Net.Security;

/// <summary>Something that some of the tools see and others do not.</summary>
/// <param name="Server">The server's name.</param>
/// <param name="Version">The version.</param>
/// <param name="Suite">The suite; null: the version itself.</param>
/// <param name="SeenBy">Who sees it.</param>
internal sealed record Disagreement(string Server, TlsVersion Version, TlsCipherSuite? Suite, Tools SeenBy);
