namespace Sealway.TlsCheck.Reports;

using Sealway.TlsCheck.StartTls;

/// <summary>Everything that a check found at one endpoint.</summary>
internal sealed record EndpointReport
{
    /// <summary>As asked for: <c>host:port</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The address that answered.</summary>
    public string? Address { get; set; }

    /// <summary>The name asked for and looked for in the certificate.</summary>
    public required string ServerName { get; init; }

    public StartTlsProtocol StartTls { get; init; }

    /// <summary>Whether the server says that it goes on only with TLS (XMPP).</summary>
    public Answer StartTlsRequired { get; set; } = Answer.NotApplicable;

    /// <summary>Whether plain text came behind its consent to TLS.</summary>
    public Answer StartTlsTrailing { get; set; } = Answer.NotApplicable;

    /// <summary>What was looked at; findings speak of nothing else.</summary>
    public CheckParts Parts { get; init; } = CheckParts.All;

    /// <summary>When the check began.</summary>
    public DateTimeOffset At { get; init; }

    public Outcome Outcome { get; set; }

    /// <summary>Why it went no further, or null.</summary>
    public string? Reason { get; set; }

    /// <summary>How many connections were made.</summary>
    public int Connections { get; set; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<VersionReport> Versions { get; set; } = [];

    public IReadOnlyList<GroupReport> Groups { get; set; } = [];

    /// <summary>Whether every group was asked for and answered.</summary>
    public bool GroupsComplete { get; set; }

    public IReadOnlyList<DheReport> Dhe { get; set; } = [];

    public IReadOnlyList<ChainReport> Chains { get; set; } = [];

    public ClientCertificateReport ClientCertificate { get; set; } = new(Answer.NotApplicable, Answer.NotApplicable, Answer.NotApplicable, []);

    public FeatureReport Features { get; set; } = new();

    public IReadOnlyList<HoleReport> Holes { get; set; } = [];

    /// <summary>Worst first.</summary>
    public IReadOnlyList<Finding> Findings { get; set; } = [];

    public IReadOnlyList<ProfileReport> Profiles { get; set; } = [];
}
