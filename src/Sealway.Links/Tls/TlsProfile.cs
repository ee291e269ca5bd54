namespace Sealway.Links;

using System.Net.Security;
using System.Security.Authentication;

/// <summary>
/// Which TLS versions and cipher suites a listener or client takes part in. There are two, and nothing below them can be set: versions before TLS 1.2 are
/// forbidden (RFC 8996), and of TLS 1.2 only suites with forward secrecy and authenticated encryption are left (RFC 9325 section 4.2).
/// </summary>
public sealed class TlsProfile
{
    /// <summary>The suites of TLS 1.3 (RFC 8446 section B.4) that may be named, by their IANA names. The platform offers them in this order; on a listener the first that the client has too is taken.</summary>
    private static readonly TlsCipherSuite[] _tls13 =
        [TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256];

    /// <summary>The suites of TLS 1.2 that may be named (RFC 5289, RFC 7905). Those that need RSA certificates are not among them: a fleet's are on P-256.</summary>
    private static readonly TlsCipherSuite[] _tls12 =
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    ];

    private TlsProfile(string name, SslProtocols protocols, IReadOnlyList<TlsCipherSuite> suites)
    {
        Name = name;
        Protocols = protocols;
        Suites = [.. suites.Select(suite => suite.ToString())];
        if (OperatingSystem.IsLinux())
        {
            Policy = new CipherSuitesPolicy(suites);
        }
    }

    /// <summary>TLS 1.3 and nothing else: the default, and the only one between Sealway's own parts.</summary>
    public static TlsProfile Modern { get; } = new("modern", SslProtocols.Tls13, _tls13);

    /// <summary>TLS 1.2 and 1.3 with ephemeral keys and authenticated encryption: for others' equipment that has no TLS 1.3, and only by configuration.</summary>
#pragma warning disable CA5398 // Exactly these versions, whatever the system's own default is: nothing lower can be set by anyone.
    public static TlsProfile Intermediate { get; } = new("intermediate", SslProtocols.Tls12 | SslProtocols.Tls13, [.. _tls13, .. _tls12]);
#pragma warning restore CA5398

    /// <summary>Its name in configurations and health reports.</summary>
    public string Name { get; }

    /// <summary>Its cipher suites by their IANA names, the preferred one first.</summary>
    public IReadOnlyList<string> Suites { get; }

    internal SslProtocols Protocols { get; }

    /// <summary>Null where the platform cannot be told: there its own choice for these versions counts.</summary>
    internal CipherSuitesPolicy? Policy { get; }

    /// <summary>The profile of a name, with its suites or some of them.</summary>
    /// <param name="name"><c>modern</c> or <c>intermediate</c>.</param>
    /// <param name="suites">IANA names of suites of that profile, the preferred one first; empty: all of them. At least one of each TLS version of the profile.</param>
    /// <exception cref="FormatException">There is no such profile, or a suite is not one of it; the text says which are.</exception>
    public static TlsProfile Parse(string name, IReadOnlyList<string>? suites = null)
    {
        TlsProfile whole = name switch
        {
            "modern" => Modern,
            "intermediate" => Intermediate,
            _ => throw new FormatException($"there is no TLS profile \"{LinkException.Printable(name)}\": write \"modern\" (TLS 1.3) or \"intermediate\" (TLS 1.2 and 1.3 for others' equipment); nothing lower can be set"),
        };
        if (suites is not { Count: > 0 })
        {
            return whole;
        }

        List<TlsCipherSuite> chosen = [];
        foreach (string suite in suites)
        {
            if (!whole.Suites.Contains(suite))
            {
                throw new FormatException($"\"{LinkException.Printable(suite)}\" is not a suite of the TLS profile {name}, which has {string.Join(", ", whole.Suites)}");
            }

            chosen.Add(Enum.Parse<TlsCipherSuite>(suite));
        }

        return !chosen.Any(_tls13.Contains)
            ? throw new FormatException($"no suite for TLS 1.3 is left: name at least one of {string.Join(", ", _tls13)}")
            : whole == Intermediate && !chosen.Any(_tls12.Contains)
            ? throw new FormatException($"no suite for TLS 1.2 is left: name at least one of {string.Join(", ", _tls12)}, or use the profile modern")
            : new TlsProfile(name, whole.Protocols, chosen);
    }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
