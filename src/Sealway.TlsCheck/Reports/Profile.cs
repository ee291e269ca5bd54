namespace Sealway.TlsCheck.Reports;

/// <summary>What an endpoint is measured against (Mozilla, Server Side TLS 5.7).</summary>
internal enum Profile
{
    /// <summary>TLS 1.3 and nothing else, ECDSA certificates.</summary>
    Modern,

    /// <summary>TLS 1.2 with forward-secret AEAD suites, and TLS 1.3.</summary>
    Intermediate,
}
