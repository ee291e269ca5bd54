namespace Sealway.TlsCheck.Reports;

/// <summary>The answer to a question about the endpoint.</summary>
internal enum Answer
{
    /// <summary>It could not be told; never a guess.</summary>
    Undetermined,

    No,

    Yes,

    /// <summary>The question does not arise, or was not asked.</summary>
    NotApplicable,
}
