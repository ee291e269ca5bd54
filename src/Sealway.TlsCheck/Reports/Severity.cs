namespace Sealway.TlsCheck.Reports;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Better mended, no danger by itself.</summary>
    Low,

    /// <summary>Against the standards of today.</summary>
    Medium,

    /// <summary>Somebody on the way can break or impersonate with some effort.</summary>
    High,

    /// <summary>Open to anybody on the way.</summary>
    Critical,
}
