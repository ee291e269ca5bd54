namespace Sealway.Transport.Tests;

/// <summary>A certificate that a server of the zoo shows. All but <see cref="SelfSigned"/> come from the zoo's own authority.</summary>
internal enum CertificateKind
{
    /// <summary>ECDSA P-256, by the intermediate, which is sent along; nothing is wrong with it.</summary>
    Good,

    /// <summary>The same with an RSA key of 2048 bits.</summary>
    GoodRsa,

    /// <summary>Ended yesterday.</summary>
    Expired,

    /// <summary>Begins tomorrow.</summary>
    NotYetValid,

    /// <summary>For another host.</summary>
    WrongName,

    /// <summary>The intermediate is not sent along.</summary>
    IncompleteChain,

    /// <summary>Signed by its own key.</summary>
    SelfSigned,

    /// <summary>RSA of 1024 bits, signed with SHA-1.</summary>
    Weak,
}
