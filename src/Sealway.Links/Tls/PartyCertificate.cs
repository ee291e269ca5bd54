namespace Sealway.Links;

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;

/// <summary>Reads and judges a party's certificate (RFC 5280). The chain's signatures, times and constraints are the platform's work; this reads its findings and adds what makes a certificate Sealway's.</summary>
internal static class PartyCertificate
{
    internal const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    internal const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private const string CommonName = "2.5.4.3";
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string CurveP256 = "1.2.840.10045.3.1.7";
    private const string KidUri = "urn:sealway:kid:";
    private const string RoleUri = "urn:sealway:role:";

    /// <summary>The leaf and the authority: fleets have no intermediate authorities.</summary>
    private const int ChainLength = 2;

    /// <summary>
    /// How chains are built: from the fleet's authorities alone, without fetching anything a certificate points to (a stranger could make this side call
    /// any address). Revocation is not asked here because the platform only knows CRLs, which it caches until their nextUpdate: the registry is asked instead,
    /// by <see cref="CheckPeer"/>.
    /// </summary>
    internal static X509ChainPolicy ChainPolicy(TlsIdentity identity, string purpose, DateTimeOffset now)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationFlags = X509VerificationFlags.NoFlag,
            VerificationTime = now.UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(identity.Authorities);
        policy.ApplicationPolicy.Add(new Oid(purpose));
        return policy;
    }

    /// <summary>The party, or the first reason to refuse it. Trust is judged first: of a certificate from elsewhere nothing else counts.</summary>
    internal static (PeerIdentity? Party, PeerRefusal Refusal) Judge(X509Certificate2 certificate, X509Chain chain, string purpose, DateTimeOffset now)
    {
        string who = $"the certificate of '{LinkException.Printable(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false))}'";
        X509ChainStatusFlags flags = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain.ChainStatus)
        {
            flags |= status.Status;
        }

        const X509ChainStatusFlags Named = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.NotValidForUsage;
        if ((flags & ~Named) != 0 || chain.ChainElements.Count != ChainLength)
        {
            return Refuse(LinkRefusal.Untrusted, $"{who} was not issued by this fleet's authority ({(flags == 0 ? "chain length" : flags & ~Named)}); check that both sides are of one fleet and have its ca.crt");
        }

        // A certificate without the extension passes the platform's check as fit for everything; here the purpose must be stated.
        if ((flags & X509ChainStatusFlags.NotValidForUsage) != 0 || !StatesPurpose(certificate, purpose) || IsAuthority(certificate))
        {
            return Refuse(LinkRefusal.WrongPurpose, $"{who} is not one for a TLS {(purpose == ServerPurpose ? "server" : "client")}");
        }

        if ((flags & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            X509Certificate2 authority = chain.ChainElements[1].Certificate;
            DateTimeOffset from = Later(certificate.NotBefore, authority.NotBefore);
            DateTimeOffset to = Earlier(certificate.NotAfter, authority.NotAfter);
            return now < from
                ? Refuse(LinkRefusal.NotYetValid, $"{who} is valid from {from.UtcDateTime:u}; the clock here says {now.UtcDateTime:u}")
                : Refuse(LinkRefusal.Expired, $"{who} or its authority's expired at {to.UtcDateTime:u}; the clock here says {now.UtcDateTime:u}; enrol anew or check the clock");
        }

        return Read(certificate) is { } party
            ? (party, default)
            : Refuse(LinkRefusal.NotSealway, $"{who} names no party: it needs one CN, a kid and a role, and a P-256 key");
    }

    /// <summary>The party that a certificate names, or null. Says nothing about trust.</summary>
    internal static PeerIdentity? Read(X509Certificate2 certificate)
    {
        try
        {
            string? name = Name(certificate);
            return name is not null && HasP256Key(certificate) && Uris(certificate) is (Kid kid, Role role)
                ? new PeerIdentity(name, kid, role, certificate.NotAfter)
                : null;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or NotSupportedException)
        {
            return null;
        }
    }

    private static (PeerIdentity?, PeerRefusal) Refuse(LinkRefusal reason, string text) => (null, new PeerRefusal(reason, text));

    private static DateTimeOffset Later(DateTime a, DateTime b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTime a, DateTime b) => a < b ? a : b;

    private static bool StatesPurpose(X509Certificate2 certificate, string purpose)
    {
        foreach (X509EnhancedKeyUsageExtension usage in certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>())
        {
            foreach (Oid oid in usage.EnhancedKeyUsages)
            {
                if (oid.Value == purpose)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsAuthority(X509Certificate2 certificate) => certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(b => b.CertificateAuthority);

    private static bool HasP256Key(X509Certificate2 certificate)
    {
        using ECDsa? key = certificate.GetECDsaPublicKey();
        return key?.ExportParameters(includePrivateParameters: false).Curve.Oid?.Value == CurveP256;
    }

    private static string? Name(X509Certificate2 certificate)
    {
        string? name = null;
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements)
            {
                return null;
            }

            if (part.GetSingleElementType().Value == CommonName)
            {
                if (name is not null)
                {
                    return null;
                }

                name = part.GetSingleElementValue();
            }
        }

        // One part of a log-id, and so one level of an MQTT topic.
        return LogId.IsName(name) ? name : null;
    }

    private static (Kid Kid, Role Role)? Uris(X509Certificate2 certificate)
    {
        Kid? kid = null;
        Role? role = null;
        foreach (X509Extension extension in certificate.Extensions.Where(e => e.Oid?.Value == SubjectAlternativeName))
        {
            // GeneralName, RFC 5280 section 4.2.1.6: uniformResourceIdentifier [6] IA5String.
            Asn1Tag uriTag = new(TagClass.ContextSpecific, 6);
            AsnReader names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (!names.PeekTag().HasSameClassAndValue(uriTag))
                {
                    names.ReadEncodedValue();
                    continue;
                }

                string uri = names.ReadCharacterString(UniversalTagNumber.IA5String, uriTag);
                if (uri.StartsWith(KidUri, StringComparison.Ordinal))
                {
                    if (kid is not null || !Kid.TryParse(uri[KidUri.Length..], out Kid read) || uri[KidUri.Length..] != read.ToString())
                    {
                        return null;
                    }

                    kid = read;
                }
                else if (uri.StartsWith(RoleUri, StringComparison.Ordinal))
                {
                    if (role is not null || RoleOf(uri[RoleUri.Length..]) is not { } read)
                    {
                        return null;
                    }

                    role = read;
                }
            }
        }

        return kid is { } k && role is { } r ? (k, r) : null;
    }

    private static Role? RoleOf(string word) => word switch
    {
        "authority" => Role.Authority,
        "sensor" => Role.Sensor,
        "gateway" => Role.Gateway,
        "cloud" => Role.Cloud,
        "archive" => Role.Archive,
        "app" => Role.App,
        "registrar" => Role.Registrar,
        _ => null,
    };
}
