namespace Sealway.Gateway;

using System.Security.Cryptography;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>
/// The household's authority and registrar, whose keys the gateway keeps: enrols apps, withdraws them, and is the
/// gateway's own source of the registry. Everything stated is on disk before it counts here.
/// </summary>
public sealed class HomeAuthority : IRegistrySource, IAsyncDisposable
{
    /// <summary>Members of a home, at most: as many as an epoch has recipients.</summary>
    public const int MostMembers = Limits.Recipients;

    /// <summary>A member replaces its HPKE key at most so often: each time costs an entry of the registry and an epoch.</summary>
    public static readonly TimeSpan RekeyEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly Authority _authority;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<Kid, long> _rekeyed = [];
    private ulong _announced;
    private ulong _signedAt;

    private HomeAuthority(Authority authority, TimeProvider time)
    {
        _authority = authority;
        _time = time;
        _announced = authority.Registry.Size;
    }

    /// <inheritdoc/>
    public event Action? Moved;

    /// <inheritdoc/>
    public LogId Log => _authority.Registrar.Log;

    /// <inheritdoc/>
    public RegistryView Current => _authority.Registry;

    /// <inheritdoc/>
    public ulong SignedAt => Volatile.Read(ref _signedAt);

    /// <summary>The registrar, for publishing.</summary>
    public Registrar Registrar => _authority.Registrar;

    /// <summary>Opens the household's fleet.</summary>
    /// <param name="folder">The fleet's folder.</param>
    /// <param name="passphrase">What the authority's keys are locked with; the caller erases it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the opening.</param>
    /// <exception cref="FleetFileException">A file is missing or wrong.</exception>
    public static Task<HomeAuthority> OpenAsync(string folder, ReadOnlySpan<char> passphrase, TimeProvider time, CancellationToken cancellation = default) =>
        OpenAsync(Authority.OpenAsync(folder, passphrase, time, cancellation), time, cancellation);

    /// <summary>Enrols an app under an opaque name and issues its TLS certificate.</summary>
    /// <param name="signing">Its signing key.</param>
    /// <param name="agreement">Its HPKE key.</param>
    /// <param name="certificateRequest">PKCS#10 in PEM.</param>
    /// <param name="cancellation">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="MessageException">A key was used before, the request is wrong, or the home is full.</exception>
    public async Task<EnrolledApp> EnrolAppAsync(PublicKey signing, PublicKey agreement, string certificateRequest, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(signing);
        string name = $"app-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

        // What is wrong with the request shows before anything is stated.
        using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate =
            _authority.Issuer.IssueForRequest(certificateRequest, new CertificateSubject(name, signing.Kid, Role.App));
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Members.Of(Current).Count() >= MostMembers)
            {
                throw new MessageException(Refusal.WrongCount, "members");
            }

            Party party = await _authority.EnrolAsync(new Enrolment(signing, Role.App, name, Agreement: agreement), cancellation).ConfigureAwait(false);
            await AnnounceAsync(cancellation).ConfigureAwait(false);
            return new EnrolledApp(party, certificate.ExportCertificatePem(), Members.Owner(Current)?.Kid == party.Kid);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Withdraws a member.</summary>
    /// <param name="member">Its key.</param>
    /// <param name="reason">Why, in words that everybody reads.</param>
    /// <param name="lastCommand">Its last command that counts, or null.</param>
    /// <param name="cancellation">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>: not a member that stands.</exception>
    public async Task RemoveAppAsync(Kid member, string reason, ulong? lastCommand, CancellationToken cancellation = default)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Members.Of(Current).All(party => party.Kid != member))
            {
                throw new MessageException(Refusal.UnknownKey, "member");
            }

            ulong now = Milliseconds.Now(_time);
            LastThatCounts? last = lastCommand is { } number ? new LastThatCounts(null, null, number) : null;
            await _authority.RevokeAsync(new Revocation(member, now, reason, last), cancellation).ConfigureAwait(false);
            await AnnounceAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Puts a member's own statement about its new HPKE key into the registry. What is in force already stays so: who asks again for the same is told that it is done.</summary>
    /// <param name="member">The member that asks.</param>
    /// <param name="index">The registry's index that the statement is signed for.</param>
    /// <param name="statement">The registry's entry; any bytes.</param>
    /// <param name="cancellation">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="MessageException">
    /// <see cref="Refusal.UnknownKey"/>: not a member that stands; <see cref="Refusal.WrongSigner"/>: the statement is about another's key; <see cref="Refusal.NotAllowed"/>: it says more than a
    /// new HPKE key, or the last one is less than <see cref="RekeyEvery"/> ago; <see cref="Refusal.Expired"/>: its time is more than five minutes from now; <see cref="Refusal.NotNext"/>: the registry
    /// has moved on; <see cref="Refusal.AlreadyEnrolled"/>: the key was used before; or what is wrong with the statement.
    /// </exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public async Task RekeyAppAsync(Kid member, ulong index, ReadOnlyMemory<byte> statement, CancellationToken cancellation = default)
    {
        Entry entry = Entry.FromUntrusted(statement);
        if (entry.Kind != EntryKind.Rotate || Statement.FromUntrusted(entry).Content is not Rotation rotation)
        {
            throw new MessageException(Refusal.WrongKind, "rekey");
        }

        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            Party party = Members.Of(Current).FirstOrDefault(one => one.Kid == member) ?? throw new MessageException(Refusal.UnknownKey, "member");
            PublicKey next = Agreed(member, rotation, entry.At);
            if (party.Agreement is { } present && present.Equals(next))
            {
                return;
            }

            if (_rekeyed.TryGetValue(member, out long last) && _time.GetElapsedTime(last) < RekeyEvery)
            {
                throw new MessageException(Refusal.NotAllowed, "rekey: too soon after the last");
            }

            await _authority.TakeAsync(index, entry, cancellation).ConfigureAwait(false);
            _rekeyed[member] = _time.GetTimestamp();
            await AnnounceAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Watches for what the publisher or another process states, until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await AnnounceAsync(stop).ConfigureAwait(false);
                await Task.Delay(_look, _time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    internal System.Security.Cryptography.X509Certificates.X509Certificate2 Ca => _authority.Issuer.Certificate;

    internal PublicKey Pin => _authority.Pin;

    internal string Fleet => _authority.Name;

    private static async Task<HomeAuthority> OpenAsync(Task<Authority> opening, TimeProvider time, CancellationToken cancellation)
    {
        HomeAuthority home = new(await opening.ConfigureAwait(false), time);
        try
        {
            await home.AnnounceAsync(cancellation).ConfigureAwait(false);
            return home;
        }
        catch
        {
            await home.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // What a member may state of itself over a command: its new HPKE key, now, and nothing else. The registry's own rules come after.
    private PublicKey Agreed(Kid member, Rotation rotation, ulong at)
    {
        ulong now = Milliseconds.Now(_time);
        return rotation.Old != member ? throw new MessageException(Refusal.WrongSigner, "rekey")
            : rotation is not { Key: null, Last: null, Recovery: null, Agreement: { } next } || rotation.SinceMilliseconds != at ? throw new MessageException(Refusal.NotAllowed, "rekey")
            : at > now + Limits.CommandLifeMilliseconds || at + Limits.CommandLifeMilliseconds < now ? throw new MessageException(Refusal.Expired, "rekey")
            : next;
    }

    private async Task AnnounceAsync(CancellationToken cancellation)
    {
        if (await Registrar.Store.LatestHead(Log, cancellation).ConfigureAwait(false) is { } head)
        {
            Volatile.Write(ref _signedAt, head.Head.Claims.Seconds * 1000);
        }

        lock (_lock)
        {
            if (_announced == Current.Size)
            {
                return;
            }

            _announced = Current.Size;
        }

        Moved?.Invoke();
    }
}
