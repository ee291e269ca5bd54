namespace Sealway.TlsCheck.Reports;

/// <summary>Something that the owner of the endpoint should know.</summary>
/// <param name="Id">Which finding: <c>version.tls10</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Detail">What was seen here.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Mend">What to do.</param>
/// <param name="Fails">The profiles that it is against.</param>
internal sealed record Finding(string Id, Severity Severity, string Title, string Detail, string Why, string Mend, IReadOnlyList<Profile> Fails);
