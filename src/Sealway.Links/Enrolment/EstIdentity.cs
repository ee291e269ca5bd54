namespace Sealway.Links;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;

/// <summary>The TLS identity of an enrolment server, which has the issuer's key at hand: it makes its own key and certificate at each start, and again at two thirds of their life.</summary>
public sealed class EstIdentity : IDisposable
{
    private readonly string _folder;
    private readonly CertificateIssuer _issuer;
    private readonly CertificateSubject _subject;
    private readonly TimeSpan _validity;
    private readonly TimeProvider _time;

    private EstIdentity(string folder, CertificateIssuer issuer, CertificateSubject subject, TimeSpan validity, TimeProvider time)
    {
        _folder = folder;
        _issuer = issuer;
        _subject = subject;
        _validity = validity;
        _time = time;
        PrivateFile.CreateFolder(folder);
        PrivateFile.WritePublic(Path.Combine(folder, "ca.crt"), issuer.Certificate.ExportCertificatePem() + "\n");
        Make();
        Source = TlsIdentitySource.FromFolder(folder, default, time);
    }

    /// <summary>The identity in use.</summary>
    public TlsIdentitySource Source { get; }

    /// <summary>Makes the first one.</summary>
    /// <param name="folder">Its own folder; made where it is missing.</param>
    /// <param name="issuer">Issues; not owned.</param>
    /// <param name="subject">Whom it names: the authority, with the names by which the server is reached.</param>
    /// <param name="validity">How long each certificate is valid.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FleetFileException">It cannot be written.</exception>
    public static EstIdentity Create(string folder, CertificateIssuer issuer, CertificateSubject subject, TimeSpan validity, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(time);
        return new EstIdentity(folder, issuer, subject, validity, time);
    }

    /// <summary>Makes the next one whenever it is due.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            while (CertificateLife.Of(Source.Current.Certificate).RenewAt - _time.GetUtcNow() is { Ticks: > 0 } left)
            {
                await Task.Delay(left < TimeSpan.FromDays(1) ? left : TimeSpan.FromDays(1), _time, cancellation).ConfigureAwait(false);
            }

            Make();
            Source.Reload();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Source.Dispose();

    private void Make()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = _issuer.Issue(key, _subject, _validity);
        TlsFiles.Replace(_folder, key, default, certificate);
    }
}
