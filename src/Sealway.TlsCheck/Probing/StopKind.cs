namespace Sealway.TlsCheck.Probing;

/// <summary>Why a connection went no further.</summary>
internal enum StopKind
{
    /// <summary>The peer sent an alert.</summary>
    Alert,

    /// <summary>The peer closed in the middle.</summary>
    Closed,

    /// <summary>Nothing (more) came in time.</summary>
    TimedOut,

    /// <summary>What came is not TLS, or breaks its rules.</summary>
    Malformed,

    /// <summary>The connection could not be made.</summary>
    Unreachable,

    /// <summary>The bounds on time or connections for this endpoint are used up.</summary>
    Spent,

    /// <summary>The plain text before TLS did not lead to TLS.</summary>
    NoStartTls,
}
