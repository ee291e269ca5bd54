namespace Sealway.Transport.Tests;

using static System.Net.Security.TlsCipherSuite;
using static Sealway.Transport.Tests.CertificateKind;
using static Sealway.Transport.Tests.TlsVersion;

/// <summary>The servers of the zoo.</summary>
internal static class ZooServers
{
    private static readonly TlsVersion[] _modern = [Tls13];
    private static readonly TlsVersion[] _both = [Tls12, Tls13];
    private static readonly TlsVersion[] _one = [Tls12];
    private static readonly TlsVersion[] _old = [Tls10, Tls11, Tls12];

    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<ZooServer> All { get; } =
    [
        new OpenSslServer("modern", "OpenSSL, TLS 1.3 alone", Fine(_modern), Good, "-tls1_3"),
        new OpenSslServer(
            "intermediate",
            "OpenSSL, TLS 1.2 with ECDHE and AEAD, and TLS 1.3",
            Fine(_both) with { Suites = [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256] },
            Good,
            "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"),
        new OpenSslServer(
            "old",
            "OpenSSL, TLS 1.0 to 1.2, CBC suites with SHA-1",
            Bad(_old, Defect.OldVersion, Defect.NoForwardSecrecy) with
            {
                Suites = [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, TLS_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_AES_256_CBC_SHA],
            },
            GoodRsa,
            "-no_tls1_3", "-cipher", "ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA:AES128-SHA:AES256-SHA:@SECLEVEL=0"),
        new OpenSslServer(
            "everything",
            "OpenSSL, TLS 1.2, every suite that it has, for RSA and ECDSA",
            Bad(_one, Defect.NoForwardSecrecy, Defect.NullCipher, Defect.Anonymous, Defect.WeakGroup),
            GoodRsa,
            "-tls1_2", "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
        {
            Second = Good,
        },
        new OpenSslServer(
            "no-forward-secrecy",
            "OpenSSL, TLS 1.2, key exchange by RSA alone",
            Bad(_one, Defect.NoForwardSecrecy) with { Suites = [TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_256_GCM_SHA384, TLS_RSA_WITH_AES_128_CBC_SHA] },
            GoodRsa,
            "-tls1_2", "-cipher", "AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA"),
        new OpenSslServer(
            "null-and-anonymous",
            "OpenSSL, TLS 1.2, a suite without encryption and suites without authentication, one of them with 1,024 bits",
            Bad(_one, Defect.NullCipher, Defect.Anonymous, Defect.WeakGroup) with
            {
                Suites = [TLS_RSA_WITH_NULL_SHA256, TLS_DH_anon_WITH_AES_128_GCM_SHA256, TLS_ECDH_anon_WITH_AES_128_CBC_SHA],
            },
            GoodRsa,
            "-tls1_2", "-cipher", "NULL-SHA256:ADH-AES128-GCM-SHA256:AECDH-AES128-SHA:@SECLEVEL=0"),
        new GnuTlsServer(
            "rc4-and-3des",
            "GnuTLS, TLS 1.0 to 1.2, RC4 and Triple DES; it lets clients renegotiate",
            Bad(_old, Defect.OldVersion, Defect.NoForwardSecrecy, Defect.Rc4, Defect.TripleDes, Defect.ClientRenegotiation) with
            {
                Suites = [TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_3DES_EDE_CBC_SHA, TLS_ECDHE_RSA_WITH_RC4_128_SHA, TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA],
            },
            GoodRsa,
            "NONE:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0:+ARCFOUR-128:+3DES-CBC:+ECDHE-RSA:+RSA:+SHA1:+COMP-NULL:+SIGN-ALL:+GROUP-ALL:%VERIFY_ALLOW_SIGN_WITH_SHA1"),
        new OpenSslServer(
            "small-group",
            "OpenSSL, TLS 1.2, DHE with 1,024 bits",
            Bad(_one, Defect.WeakGroup) with { Suites = [TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_WITH_AES_256_GCM_SHA384] },
            GoodRsa,
            "-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0")
        {
            SmallGroup = true,
        },
        Certified("expired", "a certificate that ended yesterday", Expired, Defect.Expired),
        new OpenSslServer("not-yet-valid", "OpenSSL, TLS 1.3 alone, a certificate that begins tomorrow", Bad(_modern, Defect.NotYetValid), NotYetValid, "-tls1_3"),
        Certified("wrong-name", "a certificate for another host", WrongName, Defect.WrongName),
        Certified("incomplete-chain", "the intermediate certificate is not sent", IncompleteChain, Defect.IncompleteChain),
        new OpenSslServer("self-signed", "OpenSSL, TLS 1.3 alone, a certificate signed by its own key", Bad(_modern, Defect.SelfSigned), SelfSigned, "-tls1_3"),
        new OpenSslServer(
            "weak-certificate",
            "OpenSSL, TLS 1.2, RSA of 1,024 bits, signed with SHA-1",
            Bad(_one, Defect.WeakKey, Defect.WeakSignature) with { Suites = [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256] },
            Weak,
            "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"),
        new OpenSslServer(
            "client-certificate",
            "OpenSSL, TLS 1.2 and 1.3, demands a client's certificate",
            Fine(_both) with { Suites = [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256], DemandsCertificate = true },
            Good,
            "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"),
        new OpenSslServer(
            "renegotiating",
            "OpenSSL, TLS 1.2, clients may renegotiate, no tickets, the server's order of suites",
            Bad(_one, Defect.ClientRenegotiation) with { Suites = [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256] },
            Good,
            "-tls1_2", "-no_ticket", "-legacy_renegotiation", "-client_renegotiation", "-serverpref", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"),
        new NginxServer("nginx-modern", "nginx, TLS 1.3 alone", Fine(_modern), Good, "ssl_protocols TLSv1.3;", "ssl_session_tickets off;"),
        new NginxServer(
            "nginx-old",
            "nginx, TLS 1.0 to 1.2, its own order of suites",
            Bad(_old, Defect.OldVersion, Defect.NoForwardSecrecy) with { Suites = [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_AES_128_CBC_SHA] },
            GoodRsa,
            "ssl_protocols TLSv1 TLSv1.1 TLSv1.2;", "ssl_ciphers ECDHE-RSA-AES128-SHA:AES128-SHA:@SECLEVEL=0;", "ssl_prefer_server_ciphers on;"),
        new NginxServer(
            "nginx-incomplete-chain",
            "nginx, TLS 1.2 and 1.3, the intermediate certificate is not sent",
            Bad(_both, Defect.IncompleteChain) with { Suites = [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256] },
            IncompleteChain,
            "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256;"),
        new MosquittoServer(
            "mosquitto",
            "Mosquitto, TLS 1.2 and 1.3",
            Fine(_both) with { Suites = [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384] },
            Good,
            "ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"),
        new SslStreamServer(
            "sslstream",
            ".NET, TLS 1.2 and 1.3",
            Fine(_both) with { Suites = [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384] },
            Good),
        new SslStreamServer(
            "smtp",
            ".NET behind SMTP with STARTTLS, TLS 1.2 and 1.3",
            Fine(_both) with { Suites = [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256] },
            Good)
        {
            StartTls = StartTls.Smtp,
        },
        new SslStreamServer(
            "xmpp",
            ".NET behind XMPP with STARTTLS, TLS 1.2 and 1.3",
            Fine(_both) with { Suites = [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256] },
            Good)
        {
            StartTls = StartTls.Xmpp,
        },
        new SilentServer("silent", "accepts connections and says nothing", NoTls()),
        new GarbageServer("garbage", "answers with noise without end", NoTls()),
        new DrippingServer("dripping", "begins a TLS record and sends a byte every half second", NoTls()),
    ];

    private static OpenSslServer Certified(string name, string about, CertificateKind kind, Defect defect) => new(
        name,
        $"OpenSSL, TLS 1.2 and 1.3, {about}",
        Bad(_both, defect) with { Suites = [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256] },
        kind,
        "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256");

    private static ZooTruth Fine(TlsVersion[] versions) => new(versions, []);

    private static ZooTruth Bad(TlsVersion[] versions, params Defect[] defects) => new(versions, defects);

    private static ZooTruth NoTls() => new([], [Defect.NoTls]);
}
