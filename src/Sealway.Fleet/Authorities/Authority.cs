namespace Sealway.Fleet;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Log;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>
/// Who says who is who: signs the registry's statements with the authority's key. A statement that would have no effect is
/// refused before it is signed into the log; one that returns is on disk, under a head that the registrar signed.
/// </summary>
public sealed class Authority : IAsyncDisposable
{
    private const string RegistrarName = "registrar";

    private readonly FleetFolder _folder;
    private SigningKey _key;

    private Authority(FleetFolder folder, SigningKey key, CertificateIssuer issuer, Registrar registrar)
    {
        _folder = folder;
        _key = key;
        Issuer = issuer;
        Registrar = registrar;
    }

    /// <summary>The authority's name, and the fleet's.</summary>
    public string Name => Registrar.Log.Name;

    /// <summary>The pinned key.</summary>
    public PublicKey Pin => Registrar.Identity.Authority;

    /// <summary>Issues TLS certificates.</summary>
    public CertificateIssuer Issuer { get; }

    /// <summary>Keeps and signs the registry.</summary>
    public Registrar Registrar { get; }

    /// <summary>The registry as far as it was read.</summary>
    public RegistryView Registry => Registrar.Registry.Current;

    /// <summary>Makes a fleet: its keys, its issuer, and a registry of three entries: the authority, the registrar, a status. The folder appears whole or not at all.</summary>
    /// <param name="name">The authority's name: 1 to 63 of a–z, 0–9 and -.</param>
    /// <param name="folder">Where; nothing is there yet.</param>
    /// <param name="passphrase">Locks the authority's, the issuer's and the recovery key; the registrar's stay unlocked, since publishing runs unattended. The caller erases it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="FleetFileException">There is something already, or it cannot be written.</exception>
    /// <exception cref="MessageException"><see cref="Refusal.WrongText"/>: not a name.</exception>
    public static Task<Authority> InitAsync(string name, string folder, ReadOnlySpan<char> passphrase, TimeProvider time, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (!LogId.IsName(name) || name == RegistrarName)
        {
            throw new MessageException(Refusal.WrongText, $"the fleet's name: 1 to 63 of a-z, 0-9 and -, and not '{RegistrarName}'");
        }

        FleetFolder made = new(Unfinished(folder));
        SigningKey? key = null;
        CertificateIssuer? issuer = null;
        Identity? registrar = null;
        try
        {
            PrivateFile.CreateFolder(made.Root);
            key = SigningKey.Generate();
            PrivateFile.Write(made.AuthorityKey, key.ToPem(passphrase));
            PrivateFile.WritePublic(made.AuthorityPin, key.PublicKey.ToPem() + "\n");
            issuer = CertificateIssuer.Create(name, time);
            issuer.Save(made.CaKey, made.CaCertificate, passphrase);
            registrar = NewIdentity(new NewParty(Role.Registrar, RegistrarName), name, key.PublicKey, issuer);
            registrar.Save(made.Registrar);
            using SigningKey recovery = SigningKey.Generate();
            PrivateFile.Write(made.RecoveryKey, recovery.ToPem(passphrase));
            string recoveryHash = Convert.ToHexStringLower(SHA256.HashData(recovery.PublicKey.ToCoseKey()));
            new FleetFile(name, key.PublicKey.Kid, recoveryHash).Save(made.FleetFile);
            return FoundAsync(new FleetFolder(folder), made, key, issuer, registrar, time, ct);
        }
        catch
        {
            key?.Dispose();
            issuer?.Dispose();
            registrar?.Dispose();
            Remove(made.Root);
            throw;
        }
    }

    /// <summary>Opens a fleet.</summary>
    /// <param name="folder">The fleet's folder.</param>
    /// <param name="passphrase">What the keys are locked with; the caller erases it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="FleetFileException">A file is missing, wrong or readable by others, or the passphrase is another.</exception>
    /// <exception cref="InvalidDataException">The registry is empty or not this authority's.</exception>
    public static Task<Authority> OpenAsync(string folder, ReadOnlySpan<char> passphrase, TimeProvider time, CancellationToken ct = default)
    {
        FleetFolder place = new(folder);
        FleetFile fleet = FleetFile.Load(place.FleetFile);
        if (Identity.LoadAuthority(place.AuthorityPin).Kid != fleet.Authority)
        {
            throw new FleetFileException(place.AuthorityPin, "it is not the key that fleet.json names: files of two fleets are mixed");
        }

        SigningKey? key = null;
        CertificateIssuer? issuer = null;
        List<SigningKey> next = [];
        try
        {
            key = KeyPem.LoadSigning(place.AuthorityKey, passphrase);
            foreach (string path in Directory.EnumerateFiles(place.Root, "authority.*.key"))
            {
                next.Add(KeyPem.LoadSigning(path, passphrase));
            }

            issuer = CertificateIssuer.Load(place.CaKey, place.CaCertificate, passphrase, time);
            return OpenAsync(place, key, next, issuer, Registrar.OpenAsync(place, passphrase, time, ct));
        }
        catch
        {
            key?.Dispose();
            next.ForEach(one => one.Dispose());
            issuer?.Dispose();
            throw;
        }
    }

    /// <summary>Enrols a party with keys of its own.</summary>
    /// <param name="enrolment">Whom.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The party.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.AlreadyEnrolled"/>: the name or a key was used; <see cref="Refusal.WrongRole"/>.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public async Task<Party> EnrolAsync(Enrolment enrolment, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(enrolment);
        if (!LogId.IsName(enrolment.Name))
        {
            throw new MessageException(Refusal.WrongText, "the name: 1 to 63 of a-z, 0-9 and -");
        }

        RegistryView view = await StateAsync(enrolment, ct).ConfigureAwait(false);
        return view.Find(enrolment.Key.Kid)!;
    }

    /// <summary>Makes a party's keys and certificate, enrols it and gives it its folder, which appears whole once the enrolment is on disk.</summary>
    /// <param name="party">Whom.</param>
    /// <param name="output">The party's folder; nothing is there yet.</param>
    /// <param name="passphrase">Locks the party's keys; empty: they are not locked. The caller erases it.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The party.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.AlreadyEnrolled"/>, <see cref="Refusal.WrongRole"/>, <see cref="Refusal.WrongText"/>: nothing was enrolled.</exception>
    /// <exception cref="FleetFileException">The folder is there already or cannot be written.</exception>
    public Task<Party> EnrolAsync(NewParty party, string output, ReadOnlySpan<char> passphrase = default, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(party);
        string made = Unfinished(output);
        try
        {
            using Identity identity = NewIdentity(party, Name, Pin, Issuer);
            identity.Save(made, passphrase);
            if (party.Role == Role.Sensor)
            {
                PrivateFile.Write(Path.Combine(made, SensorCounterFile.Name), SensorCounterFile.Beginning);
            }

            Enrolment enrolment = new(identity.Signing.PublicKey, party.Role, party.Name, party.Model, Agreement: identity.Agreement?.PublicKey);
            return EnrolAsync(enrolment, made, output, ct);
        }
        catch
        {
            Remove(made);
            throw;
        }
    }

    /// <summary>Assigns a sensor to a gateway and a subject.</summary>
    /// <param name="assignment">What.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>, <see cref="Refusal.WrongRole"/> or <see cref="Refusal.Revoked"/>: of the sensor, the gateway or the archive.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public Task<RegistryView> AssignAsync(Assignment assignment, CancellationToken ct = default) => StateAsync(assignment, ct);

    /// <summary>Withdraws a key. A status that lists it follows at once, so that nobody can be shown an older one as the newest.</summary>
    /// <param name="revocation">What.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>, or <see cref="Refusal.Contradiction"/>: it was withdrawn as early before, is the authority's own, or the last that counts does not fit its role.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public Task<RegistryView> RevokeAsync(Revocation revocation, CancellationToken ct = default) => WithStatusAsync(_key, revocation, ct);

    /// <summary>Replaces a key: the old one signs. A status follows at once.</summary>
    /// <param name="old">The key that is replaced.</param>
    /// <param name="rotation">By what.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>, <see cref="Refusal.Revoked"/>, <see cref="Refusal.WrongSigner"/>, <see cref="Refusal.AlreadyEnrolled"/> or <see cref="Refusal.Contradiction"/>.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public Task<RegistryView> RotateAsync(ISigner old, Rotation rotation, CancellationToken ct = default) => WithStatusAsync(old, rotation, ct);

    /// <summary>Replaces the authority's own key. The pin stays: followers go from it to the new key by this statement.</summary>
    /// <param name="passphrase">Locks the new key; the caller erases it.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public Task<RegistryView> RotateOwnAsync(ReadOnlySpan<char> passphrase = default, CancellationToken ct = default)
    {
        SigningKey next = SigningKey.Generate();

        // On disk before it is named: a key that the registry names and nobody has would be the fleet's end.
        PrivateFile.Write(_folder.NextAuthorityKey(next.PublicKey.Kid), next.ToPem(passphrase));
        return RotateOwnAsync(next, ct);
    }

    /// <summary>States every revocation so far.</summary>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public Task<RegistryView> StatusAsync(CancellationToken ct = default) => Registrar.StatusAsync(ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Registrar.DisposeAsync().ConfigureAwait(false);
        Issuer.Dispose();
        _key.Dispose();
    }

    private static async Task<Authority> FoundAsync(
        FleetFolder folder, FleetFolder made, SigningKey key, CertificateIssuer issuer, Identity identity, TimeProvider time, CancellationToken ct)
    {
        Registrar? registrar = null;
        try
        {
            LogId log = identity.RegistryLog;
            await using (registrar = Registrar.Create(identity, made.RegistryStore, time))
            {
                await registrar.AppendAsync(
                    (_, at) =>
                    [
                        Statement.Sign(key, log, 0, at, new Enrolment(key.PublicKey, Role.Authority, log.Name, Certificate: issuer.Certificate.RawData)),
                        Statement.Sign(key, log, 1, at, new Enrolment(identity.Signing.PublicKey, Role.Registrar, RegistrarName)),
                        Statement.Sign(identity.Signing, log, 2, at, new Status(at, [])),
                    ],
                    ct).ConfigureAwait(false);
            }

            PrivateFile.MoveFolder(made.Root, folder.Root);
            registrar = await Registrar.OpenAsync(folder, default, time, ct).ConfigureAwait(false);
            return new Authority(folder, key, issuer, registrar);
        }
        catch
        {
            key.Dispose();
            issuer.Dispose();
            identity.Dispose();
            Remove(made.Root);
            throw;
        }
    }

    private static async Task<Authority> OpenAsync(FleetFolder folder, SigningKey key, List<SigningKey> next, CertificateIssuer issuer, Task<Registrar> opening)
    {
        Registrar? registrar = null;
        try
        {
            registrar = await opening.ConfigureAwait(false);
            Kid stands = registrar.Registry.Current.Authority.Kid;
            if (next.Find(one => one.PublicKey.Kid == stands) is { } stored)
            {
                // The rotation was stored, and the process ended before the file got its name.
                File.Move(folder.NextAuthorityKey(stands), folder.AuthorityKey, overwrite: true);
                next.Remove(stored);
                next.Add(key);
                key = stored;
            }

            return key.PublicKey.Kid == stands
                ? new Authority(folder, key, issuer, registrar)
                : throw new FleetFileException(folder.AuthorityKey, $"the registry's authority has the key {stands}, and this is another");
        }
        catch
        {
            key.Dispose();
            issuer.Dispose();
            if (registrar is not null)
            {
                await registrar.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
        finally
        {
            next.ForEach(one => one.Dispose());
        }
    }

    private static Identity NewIdentity(NewParty party, string fleet, PublicKey authority, CertificateIssuer issuer)
    {
        SigningKey signing = SigningKey.Generate();
        AgreementKey? agreement = party.Role is Role.Gateway or Role.App ? AgreementKey.Generate() : null;
        try
        {
            using ECDsa tls = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using X509Certificate2 certificate = issuer.Issue(tls, new CertificateSubject(party.Name, signing.PublicKey.Kid, party.Role, party.Hosts, party.Addresses), party.Validity);
            return new Identity(party.Name, party.Role, fleet, signing, agreement, certificate.CopyWithPrivateKey(tls), X509CertificateLoader.LoadCertificate(issuer.Certificate.RawData), authority);
        }
        catch
        {
            signing.Dispose();
            agreement?.Dispose();
            throw;
        }
    }

    private static string Unfinished(string folder)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.Exists(path)
            ? throw new FleetFileException(path, "there is something already; keys are made in a new folder")
            : $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.new";
    }

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            // What is left has a name that nothing reads, and its keys are enrolled nowhere.
        }
    }

    private async Task<Party> EnrolAsync(Enrolment enrolment, string made, string output, CancellationToken ct)
    {
        Party party;
        try
        {
            party = await EnrolAsync(enrolment, ct).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is not IOException)
        {
            // After an IOException the enrolment may be stored, and then these keys are the only ones.
            Remove(made);
            throw;
        }

        PrivateFile.MoveFolder(made, Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)));
        return party;
    }

    private async Task<RegistryView> RotateOwnAsync(SigningKey next, CancellationToken ct)
    {
        string path = _folder.NextAuthorityKey(next.PublicKey.Kid);
        RegistryView view;
        try
        {
            view = await WithStatusAsync(_key, at => new Rotation(_key.PublicKey.Kid, next.PublicKey, at), ct).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is not IOException)
        {
            // After an IOException the rotation may be stored, and the file is then found at the next opening.
            File.Delete(path);
            next.Dispose();
            throw;
        }

        File.Move(path, _folder.AuthorityKey, overwrite: true);
        _key.Dispose();
        _key = next;
        return view;
    }

    private Task<RegistryView> StateAsync(StatementContent content, CancellationToken ct) =>
        Registrar.AppendAsync((view, at) => [Statement.Sign(_key, Registrar.Log, view.Size, at, content)], ct);

    private Task<RegistryView> WithStatusAsync(ISigner signer, StatementContent content, CancellationToken ct) => WithStatusAsync(signer, _ => content, ct);

    private Task<RegistryView> WithStatusAsync(ISigner signer, Func<ulong, StatementContent> content, CancellationToken ct) => Registrar.AppendAsync(
        (view, at) =>
        {
            List<Entry> entries = [Statement.Sign(signer, Registrar.Log, view.Size, at, content(at))];
            RegistryView after = RegistryRules.Apply(view, entries[0].Bytes);

            // The registrar signs the status, unless it is the registrar that is withdrawn.
            ISigner stating = after.WithdrawalOf(Registrar.Identity.Kid) is null ? Registrar.Identity.Signing : _key;
            if (after.Authority.Kid == view.Authority.Kid || stating != _key)
            {
                entries.AddRange(StatusPages.Of(after, at).Select((page, i) => Statement.Sign(stating, Registrar.Log, view.Size + 1 + (ulong)i, at, page)));
            }

            return entries;
        },
        ct);
}
