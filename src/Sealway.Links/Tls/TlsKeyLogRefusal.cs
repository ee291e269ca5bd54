namespace Sealway.Links;

/// <summary>Why no TLS keys are logged, where somebody asked for it.</summary>
public enum TlsKeyLogRefusal
{
    /// <summary>The configuration does not allow it.</summary>
    NotAllowed,

    /// <summary>This platform cannot: it needs Linux, and to be the first in the process that uses TLS.</summary>
    NotPossible,

    /// <summary>The path is a symbolic link, or not a file at all, or the file has a second name.</summary>
    NotAPlainFile,

    /// <summary>The file belongs to another user.</summary>
    NotYours,

    /// <summary>Others may read or write the file.</summary>
    OpenToOthers,

    /// <summary>The file holds something else, which would be spoilt.</summary>
    NotAKeyLog,

    /// <summary>The file cannot be made or opened.</summary>
    CannotWrite,
}
