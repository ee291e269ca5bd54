namespace Sealway.Transport.Tests;

/// <summary>Why the tools do not see the same.</summary>
/// <param name="Reason">For people.</param>
/// <param name="Covers">Which disagreements it explains, and no others.</param>
internal sealed record Explanation(string Reason, Func<Disagreement, bool> Covers)
{
    /// <summary>All that are known.</summary>
    public static IReadOnlyList<Explanation> All { get; } =
    [
        new(
            "sslscan counts a suite of TLS 1.2 only when the handshake came to its end. OpenSSL ends it when the client has no certificate to show, which is after the suite was chosen: the suite is accepted.",
            one => one is { Server: "client-certificate", Version: TlsVersion.Tls12, Suite: not null, SeenBy: Tools.Sealway | Tools.TestSsl }),
    ];
}
