namespace Sealway.Links;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Sealway.Fleet;

/// <summary>
/// Renews a party's TLS certificate by itself, at about two thirds of its life, with a new key made here each time. Key and certificate are replaced on disk as
/// one, and the identity in use follows without a connection being dropped. While the server is away it asks again and again; from one sixth of the life left it
/// says so at every attempt, as an error. It never takes away a certificate that still holds. A certificate that has expired opens no door: a device that has its
/// factory certificate in the folder then enrols with that one.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="identity">The identity in use, read from the same folder; not owned.</param>
public sealed class CertificateRenewal(RenewalOptions options, TlsIdentitySource identity)
{
    // Kept, since a role reports once more when its keys are erased already.
    private (TlsIdentity Of, CertificateLife Life)? _life;

    // Parties that were enrolled together must not come back together: each takes its moment in the twentieth of the life before two thirds.
    private const double Spread = 1.0 / 20;

    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _longestFirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(1);

    // Timers take no more than some weeks at once, and the clock may be set meanwhile.
    private static readonly TimeSpan _longestWait = TimeSpan.FromHours(6);

    private readonly Lock _reading = new();
    private long _renewals;
    private long _failures;
    private volatile string? _trouble;

    /// <summary>How often the certificate was renewed since the start.</summary>
    public long Renewals => Interlocked.Read(ref _renewals);

    /// <summary>Attempts since the start that failed.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Why the last attempt failed; null if it did not, or there was none.</summary>
    public string? Trouble => _trouble;

    /// <summary>Of the certificate in use.</summary>
    public CertificateLife Life
    {
        get
        {
            lock (_reading)
            {
                TlsIdentity current = identity.Current;
                if (_life is not { } known || !ReferenceEquals(known.Of, current))
                {
                    _life = known = (current, CertificateLife.Of(current.Certificate));
                }

                return known.Life;
            }
        }
    }

    /// <summary>Whether less than one sixth of the life is left: somebody should look.</summary>
    public bool IsLate => options.Time.GetUtcNow() >= Life.WarnAt;

    /// <summary>For the health report.</summary>
    public IReadOnlyDictionary<string, object> Health()
    {
        CertificateLife life = Life;
        Dictionary<string, object> health = new()
        {
            ["expires"] = life.Expires,
            ["renewAt"] = life.RenewAt,
            ["renewals"] = Renewals,
            ["failures"] = Failures,
            ["late"] = IsLate,
        };
        if (_trouble is { } trouble)
        {
            health["trouble"] = trouble;
        }

        return health;
    }

    /// <summary>Renews for as long as it runs.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            CertificateLife life = Life;
            await UntilAsync(life.RenewAt - (life.Length * Spread * Chance()), cancellation).ConfigureAwait(false);
            TimeSpan pause = Between(life.Length / 60, _shortestPause, _longestFirstPause);
            while (!await TriedAsync(cancellation).ConfigureAwait(false))
            {
                await Task.Delay(pause * (0.5 + (Chance() / 2)), options.Time, cancellation).ConfigureAwait(false);
                pause = Between(pause * 2, _shortestPause, Between(life.Length / 24, _shortestPause, _longestPause));
            }
        }
    }

    /// <summary>Renews now.</summary>
    /// <exception cref="LinkException">The server cannot be reached or refuses, or what it gave will not do; the certificate in use stays.</exception>
    /// <exception cref="FleetFileException">It cannot be written; the old pair is on disk.</exception>
    public async Task RenewAsync(CancellationToken cancellation = default)
    {
        TlsIdentity present = identity.Current;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] request = Request(present.Certificate, key);
        X509Certificate2 issued = options.Time.GetUtcNow() < present.Self.NotAfter
            ? await new EstClient(options.Server, Policy(identity), options.Fleet).RenewAsync(request, cancellation).ConfigureAwait(false)
            : await WithFactoryAsync(present, request, cancellation).ConfigureAwait(false);
        using (issued)
        {
            Require(present, issued, key);
            Store(key, issued);
        }

        // What connections that stand began with, they keep.
        identity.Reload();
        Interlocked.Increment(ref _renewals);
        _trouble = null;
        options.Logger.LogInformation("the TLS certificate of {Party} was renewed; it is valid until {NotAfter:u}, the next renewal is due at {RenewAt:u}", identity.Current.Self, Life.Expires.UtcDateTime, Life.RenewAt.UtcDateTime);
    }

    private static TimeSpan Between(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most && most > least ? most : value;

#pragma warning disable CA5394 // Spreading attempts needs no secrecy.
    private static double Chance() => Random.Shared.NextDouble();
#pragma warning restore CA5394

    // The names of the present certificate, as RFC 7030 section 4.2.2 demands.
    private static byte[] Request(X509Certificate2 present, ECDsa key)
    {
        CertificateRequest request = new(present.SubjectName, key, HashAlgorithmName.SHA256);
        foreach (X509SubjectAlternativeNameExtension names in present.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            request.CertificateExtensions.Add(new X509Extension(names.Oid!, names.RawData, names.Critical));
        }

        return request.CreateSigningRequest();
    }

    private TlsPolicy Policy(TlsIdentitySource shown) => new(shown, _ => null, options.Time);

    private async Task<bool> TriedAsync(CancellationToken cancellation)
    {
        try
        {
            await RenewAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is LinkException or FleetFileException or IOException)
        {
            Failed(e.Message);
            return false;
        }
    }

    private void Failed(string why)
    {
        Interlocked.Increment(ref _failures);
        _trouble = why;
        CertificateLife life = Life;
        TimeSpan left = life.Expires - options.Time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            options.Logger.LogCritical("THE TLS CERTIFICATE OF {Party} HAS EXPIRED at {NotAfter:u} and cannot be renewed: {Cause}; enrol the party anew, or bring the server back", identity.Current.Self, life.Expires.UtcDateTime, why);
        }
        else if (IsLate)
        {
            options.Logger.LogError("THE TLS CERTIFICATE OF {Party} EXPIRES IN {Left}, at {NotAfter:u}, and cannot be renewed: {Cause}; see that {Server} can be reached and answers", identity.Current.Self, Told(left), life.Expires.UtcDateTime, why, options.Server);
        }
        else
        {
            options.Logger.LogWarning("the TLS certificate of {Party} is not renewed yet: {Cause}; it is valid for {Left} more", identity.Current.Self, why, Told(left));
        }
    }

    private static string Told(TimeSpan left) => left.TotalDays >= 2 ? $"{(int)left.TotalDays} days" : left.TotalHours >= 2 ? $"{(int)left.TotalHours} hours" : left.TotalMinutes >= 2 ? $"{(int)left.TotalMinutes} minutes" : $"{(int)left.TotalSeconds} seconds";

    private async Task<X509Certificate2> WithFactoryAsync(TlsIdentity present, byte[] request, CancellationToken cancellation)
    {
        if (!FactoryDevice.IsIn(options.Folder))
        {
            throw new LinkException(LinkRefusal.Expired, $"the certificate of {present.Self} expired at {present.Self.NotAfter.UtcDateTime:u}, and an expired one renews nothing; enrol the party anew");
        }

        char[] passphrase = options.Passphrase();
        try
        {
            using TlsIdentitySource factory = FactoryTls.Of(options.Folder, passphrase, present.Self);
            return await new EstClient(options.Server, Policy(factory), options.Fleet).EnrolAsync(request, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    // The server may be wrong, or not who it seems: what it gives is judged as a peer would judge it before the old one is given up.
    private void Require(TlsIdentity present, X509Certificate2 issued, ECDsa key)
    {
        if (!issued.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
        {
            throw new LinkException(LinkRefusal.WrongProtocol, "the server gave a certificate for another key");
        }

        X509Certificate2Collection authorities = [.. present.Authorities.Select(one => X509CertificateLoader.LoadCertificate(one.RawData))];
        using TlsIdentity next = TlsIdentity.From(issued.CopyWithPrivateKey(key), authorities);
        PeerIdentity self = present.Self;
        if ((next.Self.Name, next.Self.Kid, next.Self.Role) != (self.Name, self.Kid, self.Role))
        {
            throw new LinkException(LinkRefusal.WrongName, $"the server gave a certificate of {next.Self}, and this is {self}");
        }

        if (next.Check(asServer: false, options.Time.GetUtcNow()) is { } wrong)
        {
            throw new LinkException(wrong.Reason, $"the server gave a certificate that will not do: {wrong.Text}");
        }
    }

    private void Store(ECDsa key, X509Certificate2 issued)
    {
        char[] passphrase = options.Passphrase();
        try
        {
            TlsFiles.Replace(options.Folder, key, passphrase, issued);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    private async Task UntilAsync(DateTimeOffset due, CancellationToken cancellation)
    {
        while (due - options.Time.GetUtcNow() is { Ticks: > 0 } left)
        {
            await Task.Delay(left < _longestWait ? left : _longestWait, options.Time, cancellation).ConfigureAwait(false);
        }
    }
}
