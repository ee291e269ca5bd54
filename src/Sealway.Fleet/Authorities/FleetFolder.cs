namespace Sealway.Fleet;

/// <summary>The places in a fleet's folder. The authority's, the issuer's and the recovery key can be kept elsewhere; <c>registrar</c> and <c>registry.db</c> are all that publishing needs.</summary>
/// <param name="Root">The folder.</param>
public sealed record FleetFolder(string Root)
{
    /// <summary>The authority's signing key.</summary>
    public string AuthorityKey => Path.Combine(Root, "authority.key");

    /// <summary>The pin: the authority's first public key.</summary>
    public string AuthorityPin => Path.Combine(Root, Identity.AuthorityFile);

    /// <summary>The key that issues TLS certificates.</summary>
    public string CaKey => Path.Combine(Root, "ca.key");

    /// <summary>Its certificate.</summary>
    public string CaCertificate => Path.Combine(Root, Identity.CaFile);

    /// <summary>The journal of the certificates that were issued.</summary>
    public string Issued => Path.Combine(Root, "issued.txt");

    /// <summary>The CRL for those who know no registry.</summary>
    public string RevocationList => Path.Combine(Root, "crl.pem");

    /// <summary>The URL where others fetch the CRL, if certificates are to name one: its first line.</summary>
    public string RevocationListAddress => Path.Combine(Root, "crl.url");

    /// <summary>The recovery key, to be kept apart.</summary>
    public string RecoveryKey => Path.Combine(Root, "recovery.key");

    /// <summary>The registrar's folder: a party's, like any other.</summary>
    public string Registrar => Path.Combine(Root, "registrar");

    /// <summary>The registry.</summary>
    public string RegistryStore => Path.Combine(Root, "registry.db");

    /// <summary>The fleet's names and pins.</summary>
    public string FleetFile => Path.Combine(Root, "fleet.json");

    /// <summary>The certificates of the factories that the fleet trusts for enrolment.</summary>
    public string Factories => Path.Combine(Root, "factories");

    /// <summary>The devices that were admitted.</summary>
    public string Devices => Path.Combine(Root, "devices");

    /// <summary>The enrolment server's own TLS key and certificate, which it makes itself.</summary>
    public string Serve => Path.Combine(Root, "serve");

    // The authority's next key while a rotation is under way: a name of its own, so that two rotations at once cannot lose a key.
    internal string NextAuthorityKey(Sealway.Messages.Kid kid) => Path.Combine(Root, $"authority.{kid}.key");

    // Likewise the registrar's next folder, and the next recovery key, which is named by its hash, so that nobody need unlock it to know it.
    internal string NextRegistrar(Sealway.Messages.Kid kid) => Path.Combine(Root, $"registrar.{kid}");

    internal string NextRecoveryKey(ReadOnlySpan<byte> hash) => Path.Combine(Root, $"recovery.{Convert.ToHexStringLower(hash[..8])}.key");

    // Where the registrar's old folder is for the moment between two renames.
    internal string OldRegistrar => Path.Combine(Root, "registrar.old");
}
