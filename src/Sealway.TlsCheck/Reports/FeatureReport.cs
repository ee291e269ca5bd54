namespace Sealway.TlsCheck.Reports;

/// <summary>What the server can do beside the bare handshake.</summary>
internal sealed record FeatureReport
{
    /// <summary>It refuses a client that says it fell back (RFC 7507).</summary>
    public Answer FallbackScsv { get; set; } = Answer.NotApplicable;

    /// <summary>It marks its random when a TLS 1.3 server is asked for less (RFC 8446 section 4.1.3).</summary>
    public Answer DowngradeSentinel { get; set; } = Answer.NotApplicable;

    /// <summary>Secure renegotiation (RFC 5746).</summary>
    public Answer SecureRenegotiation { get; set; } = Answer.NotApplicable;

    /// <summary>It lets a client begin a new handshake within a connection.</summary>
    public Answer ClientRenegotiation { get; set; } = Answer.NotApplicable;

    /// <summary>It compresses (CRIME).</summary>
    public Answer Compression { get; set; } = Answer.NotApplicable;

    /// <summary>It resumes by session id (TLS 1.2 and older).</summary>
    public Answer ResumptionById { get; set; } = Answer.NotApplicable;

    /// <summary>It resumes by ticket (TLS 1.2 and older, RFC 5077).</summary>
    public Answer ResumptionByTicket { get; set; } = Answer.NotApplicable;

    /// <summary>It resumes by a key from an earlier connection (TLS 1.3).</summary>
    public Answer ResumptionByPsk { get; set; } = Answer.NotApplicable;

    /// <summary>It takes data before the handshake is done (TLS 1.3), which can be replayed.</summary>
    public Answer EarlyData { get; set; } = Answer.NotApplicable;

    /// <summary>RFC 7627.</summary>
    public Answer ExtendedMasterSecret { get; set; } = Answer.NotApplicable;

    /// <summary>RFC 7366; only of weight where CBC suites are accepted.</summary>
    public Answer EncryptThenMac { get; set; } = Answer.NotApplicable;

    /// <summary>It staples an OCSP answer.</summary>
    public Answer OcspStapling { get; set; } = Answer.NotApplicable;

    /// <summary>It asked for a second ClientHello when none of our keys fitted (TLS 1.3).</summary>
    public Answer HelloRetryRequest { get; set; } = Answer.NotApplicable;

    /// <summary>It speaks the heartbeat extension (RFC 6520).</summary>
    public Answer Heartbeat { get; set; } = Answer.NotApplicable;

    /// <summary>The application protocols that it chose when each was offered alone.</summary>
    public List<string> Alpn { get; set; } = [];
}
