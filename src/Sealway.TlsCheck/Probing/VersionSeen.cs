namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>What a version showed.</summary>
/// <param name="version">Which.</param>
internal sealed class VersionSeen(ProtocolVersion version)
{
    public ProtocolVersion Version { get; } = version;

    public Answer Offered { get; set; }

    /// <summary>Why not, or why it could not be told.</summary>
    public string? Why { get; set; }

    /// <summary>What was accepted, in the order in which the server chose.</summary>
    public List<CipherSuite> Suites { get; } = [];

    /// <summary>Whether every suite was asked for and answered.</summary>
    public bool SuitesComplete { get; set; }

    /// <summary>Whether the server's order decides; no: the client's.</summary>
    public Answer ServerOrder { get; set; } = Answer.NotApplicable;
}
