namespace Sealway.TlsCheck.Keys;

/// <summary>The operations on records that the prober can do.</summary>
internal enum BulkKind
{
    Gcm,
    Ccm,
    ChaCha20Poly1305,
    AesCbc,
    TripleDesCbc,
}
