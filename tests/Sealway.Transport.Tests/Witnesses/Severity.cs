namespace Sealway.Transport.Tests;

/// <summary>How testssl.sh rates a finding; the first two are no reproach.</summary>
internal enum Severity
{
    Ok,
    Info,
    Low,
    Medium,
    High,
    Critical,

    /// <summary>It could not test something.</summary>
    Warn,

    /// <summary>It noted something about itself.</summary>
    Debug,

    /// <summary>It could not go on.</summary>
    Fatal,
}
