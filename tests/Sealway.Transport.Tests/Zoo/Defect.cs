namespace Sealway.Transport.Tests;

/// <summary>Something that is wrong with a server because the zoo set it so, and that a check must find.</summary>
internal enum Defect
{
    /// <summary>TLS 1.0 or 1.1 is accepted.</summary>
    OldVersion,

    /// <summary>A suite without forward secrecy is accepted.</summary>
    NoForwardSecrecy,

    /// <summary>An RC4 suite is accepted.</summary>
    Rc4,

    /// <summary>A suite with 64-bit blocks is accepted.</summary>
    TripleDes,

    /// <summary>A suite without encryption is accepted.</summary>
    NullCipher,

    /// <summary>A suite without authentication is accepted.</summary>
    Anonymous,

    /// <summary>Finite-field groups of 1024 bits.</summary>
    WeakGroup,

    /// <summary>The certificate has ended.</summary>
    Expired,

    /// <summary>The certificate has not begun.</summary>
    NotYetValid,

    /// <summary>The certificate is for another host.</summary>
    WrongName,

    /// <summary>An intermediate is missing.</summary>
    IncompleteChain,

    /// <summary>The certificate is signed by its own key.</summary>
    SelfSigned,

    /// <summary>An RSA key below 2048 bits.</summary>
    WeakKey,

    /// <summary>A signature with SHA-1.</summary>
    WeakSignature,

    /// <summary>A client may ask for a renegotiation.</summary>
    ClientRenegotiation,

    /// <summary>It does not speak TLS.</summary>
    NoTls,
}
