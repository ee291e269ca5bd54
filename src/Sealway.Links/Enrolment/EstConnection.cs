namespace Sealway.Links;

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Sealway.Fleet;

/// <summary>What is known of one connection to an EST server. Besides the fleet's parties it lets in the devices of trusted factories, and for them this server alone asks.</summary>
/// <param name="options">The server's settings.</param>
/// <param name="logger">The server's log.</param>
internal sealed class EstConnection(EstServerOptions options, ILogger logger) : HttpsConnection
{
    /// <summary>Who it is, once the handshake is done.</summary>
    internal EstApplicant? Applicant { get; private set; }

    internal override string? Holder => Applicant?.ToString();

    internal override RemoteCertificateValidationCallback Judge(RemoteCertificateValidationCallback policys) => (sender, shown, chain, errors) =>
    {
        if (shown is not X509Certificate2 certificate || chain is null || certificate.IssuerName.RawData.AsSpan().SequenceEqual(options.Desk.Authority.SubjectName.RawData))
        {
            bool goesOn = policys(sender, shown, chain, errors);
            if (Verdict is { Refused: null, Peer: { } party })
            {
                Applicant = new EstApplicant(party, null, X509CertificateLoader.LoadCertificate(((X509Certificate2)shown!).RawData));
            }

            return goesOn;
        }

        try
        {
            (FactoryIdentity? device, string text) = options.Factories.Judge(certificate, chain.ChainPolicy.ExtraStore, options.Time.GetUtcNow());
            if (device is null)
            {
                return Verdict.Refuse(LinkRefusal.Untrusted, text);
            }

            Applicant = new EstApplicant(null, device, X509CertificateLoader.LoadCertificate(certificate.RawData));
            return true;
        }
        catch (FleetFileException broken)
        {
            // What it says names files here: nothing for a stranger.
            logger.LogError(broken, "the trusted factories cannot be read");
            return Verdict.Refuse(LinkRefusal.Failed, "the trusted factories cannot be read; the server's log says why");
        }
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Applicant?.Certificate.Dispose();
        }

        base.Dispose(disposing);
    }
}
