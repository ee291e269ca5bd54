namespace Sealway.TlsCheck.Handshakes;

using Sealway.TlsCheck.Probing;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Everything that one handshake showed, however far it came.</summary>
internal sealed class HandshakeResult
{
    public ServerHello? Hello { get; set; }

    /// <summary>The HelloRetryRequest before it, if there was one.</summary>
    public ServerHello? Retry { get; set; }

    public CipherSuite? Suite => Hello is null ? null : CipherSuites.Of(Hello.Suite);

    /// <summary>The encrypted extensions of TLS 1.3.</summary>
    public Extensions Encrypted { get; set; } = Extensions.None;

    public CertificateList? Certificates { get; set; }

    /// <summary>Whether an OCSP answer was stapled (TLS 1.2 and older).</summary>
    public bool Status { get; set; }

    public ServerKeyExchange? KeyExchange { get; set; }

    public CertificateDemand? Demand { get; set; }

    /// <summary>How the handshake was signed, or null if it never is.</summary>
    public int? Scheme { get; set; }

    public Answer SignatureVerified { get; set; } = Answer.NotApplicable;

    /// <summary>Whether the server's whole first flight came.</summary>
    public bool FlightWhole { get; set; }

    /// <summary>Whether both sides finished.</summary>
    public bool Completed { get; set; }

    /// <summary>Whether our certificate was among what we sent.</summary>
    public bool Showed { get; set; }

    /// <summary>TLS 1.2 and older: what both sides share.</summary>
    public byte[] Master { get; set; } = [];

    /// <summary>TLS 1.2 and older: what our Finished held.</summary>
    public byte[] ClientVerify { get; set; } = [];

    /// <summary>The ticket of TLS 1.2 and older, or null.</summary>
    public byte[]? Ticket { get; set; }

    /// <summary>The tickets of TLS 1.3 with their keys.</summary>
    public List<PskTicket> Tickets { get; } = [];

    /// <summary>Why it went no further, or null.</summary>
    public PeerStopException? Stop { get; set; }
}
