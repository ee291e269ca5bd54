namespace Sealway.TlsCheck.Reports;

/// <summary>How far a check came.</summary>
internal enum Outcome
{
    /// <summary>The endpoint speaks TLS and was judged.</summary>
    Checked,

    /// <summary>No connection.</summary>
    Unreachable,

    /// <summary>Something listens and does not speak TLS, or says nothing.</summary>
    NotTls,

    /// <summary>The endpoint stays in plain text: it does not offer STARTTLS.</summary>
    Plaintext,
}
