namespace Sealway.Testing;

/// <summary>How a write fails: the two ways that its author cannot tell apart.</summary>
public enum Fault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Nothing was stored.</summary>
    NotStored,

    /// <summary>All was stored, but a failure is reported.</summary>
    StoredButReportedFailed,
}
