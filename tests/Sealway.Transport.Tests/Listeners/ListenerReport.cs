namespace Sealway.Transport.Tests;

/// <summary>What the tools say of a listener; null: it was not done in time.</summary>
/// <param name="TestSsl">testssl.sh.</param>
/// <param name="SslScan">sslscan.</param>
internal sealed record ListenerReport(TestSslReport? TestSsl, SslScanReport? SslScan);
