namespace Sealway.Transport.Tests;

/// <summary>One finding of testssl.sh.</summary>
/// <param name="Id">Which test.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Text">What it found.</param>
internal sealed record TestSslFinding(string Id, Severity Severity, string Text);
