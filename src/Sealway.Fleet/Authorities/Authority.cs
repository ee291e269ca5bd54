namespace Sealway.Fleet;

using System.Net;
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
    /// <summary>After how long the next CRL is due when nothing else is said.</summary>
    public static readonly TimeSpan ListValidity = TimeSpan.FromDays(7);

    private const string RegistrarName = "registrar";

    private readonly FleetFolder _folder;
    private readonly TimeProvider _time;
    private SigningKey _key;

    private Authority(FleetFolder folder, SigningKey key, CertificateIssuer issuer, Registrar registrar, TimeProvider time)
    {
        _time = time;
        _folder = folder;
        _key = key;
        Issuer = issuer;
        Equip(issuer, folder);
        Registrar = registrar;
    }

    /// <summary>The authority's name, and the fleet's.</summary>
    public string Name => Registrar.Log.Name;

    /// <summary>The pinned key.</summary>
    public PublicKey Pin => Registrar.Identity.Authority;

    /// <summary>Issues TLS certificates.</summary>
    public CertificateIssuer Issuer { get; }

    /// <summary>Keeps and signs the registry.</summary>
    public Registrar Registrar { get; private set; }

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

        FleetFolder made = new(Temporary(folder));
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
            Equip(issuer, made);
            registrar = NewIdentity(new NewParty(Role.Registrar, RegistrarName), name, key.PublicKey, issuer);
            registrar.Save(made.Registrar);
            using SigningKey recovery = SigningKey.Generate();
            PrivateFile.Write(made.RecoveryKey, recovery.ToPem(passphrase));
            byte[] recoveryHash = Rotation.RecoveryHash(recovery.PublicKey);
            new FleetFile(name, key.PublicKey.Kid, Convert.ToHexStringLower(recoveryHash)).Save(made.FleetFile);
            return FoundAsync(new FleetFolder(folder), made, key, recoveryHash, issuer, registrar, time, ct);
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

        return OpenAsync(place, passphrase.ToArray(), time, ct);
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
        string made = Temporary(output);
        try
        {
            using Identity identity = NewIdentity(party, Name, Pin, Issuer);
            SaveParty(identity, made, passphrase);
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
    public async Task<RegistryView> RevokeAsync(Revocation revocation, CancellationToken ct = default) => WithList(await WithStatusAsync(_key, revocation, ct).ConfigureAwait(false));

    /// <summary>Orders entries of a gateway's log erased: whoever holds them keeps their hashes alone, for good. It cannot be taken back.</summary>
    /// <param name="erasure">Which entries, and why.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>: no gateway has that log; <see cref="Refusal.Contradiction"/>: it is the registry's own; <see cref="Refusal.NumberOutOfRange"/>: too many entries at once.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public Task<RegistryView> EraseAsync(Erasure erasure, CancellationToken ct = default) => StateAsync(erasure, ct);

    /// <summary>Replaces a key: the old one signs. A status follows at once.</summary>
    /// <param name="old">The key that is replaced.</param>
    /// <param name="rotation">By what.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>, <see cref="Refusal.Revoked"/>, <see cref="Refusal.WrongSigner"/>, <see cref="Refusal.AlreadyEnrolled"/> or <see cref="Refusal.Contradiction"/>.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public async Task<RegistryView> RotateAsync(ISigner old, Rotation rotation, CancellationToken ct = default) => WithList(await WithStatusAsync(old, rotation, ct).ConfigureAwait(false));

    /// <summary>Takes a statement that a party has signed itself for its place, such as its own new HPKE key.</summary>
    /// <param name="index">The place: the registry's size before it.</param>
    /// <param name="statement">The entry.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="MessageException"><see cref="Refusal.NotNext"/>: the registry has another size; else why the statement would have no effect. Nothing was appended.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public Task<RegistryView> TakeAsync(ulong index, Entry statement, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return Registrar.AppendAsync((view, _) => view.Size == index ? [statement] : throw new MessageException(Refusal.NotNext, "a statement for another place"), ct, HeadSigner);
    }

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

    /// <summary>
    /// Gives a party new keys, which the old ones name: new signing key, TLS key with certificate, HPKE key where it had one, and a sensor's counter. The new
    /// folder appears whole once the rotation is on disk; if a power cut came between, calling it again gives it its name.
    /// </summary>
    /// <param name="old">The party's present keys; not the registrar's, which lie in the fleet's folder.</param>
    /// <param name="output">The new folder; nothing is there yet.</param>
    /// <param name="passphrase">Locks the new keys; empty: they are not locked. The caller erases it.</param>
    /// <param name="sinceMilliseconds">From when on the old key does not count, milliseconds since 1970; null: from now on.</param>
    /// <param name="last">The last under the old key that counts, or null.</param>
    /// <param name="validity">How long the TLS certificate is valid; null for <see cref="CertificateIssuer.DefaultValidity"/>.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The party with its new key.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>, <see cref="Refusal.Revoked"/> or <see cref="Refusal.Contradiction"/>: nothing was stated.</exception>
    /// <exception cref="FleetFileException">The folder is there already or cannot be written.</exception>
    public Task<Party> RekeyAsync(
        Identity old, string output, ReadOnlySpan<char> passphrase = default, ulong? sinceMilliseconds = null, LastThatCounts? last = null, TimeSpan? validity = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(old);
        string made = Temporary(output);
        if (LeftOf(old, output) is { } left)
        {
            PrivateFile.MoveFolder(left, Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)));
            return Task.FromResult(Registry.FindByName(old.Name, old.Role)!);
        }

        try
        {
            (IReadOnlyList<string> hosts, IReadOnlyList<IPAddress> addresses) = CertificateNames.Of(old.Certificate);
            using Identity next = NewIdentity(new NewParty(old.Role, old.Name, null, hosts, addresses, validity), Name, Pin, Issuer);
            SaveParty(next, made, passphrase);
            Kid kid = next.Kid;
            PublicKey key = next.Signing.PublicKey;
            PublicKey? agreement = next.Agreement?.PublicKey;
            return MovedAsync(ReplacedAsync(old.Signing, at => new Rotation(old.Kid, key, sinceMilliseconds ?? at, last, agreement), ct), kid, made, output);
        }
        catch
        {
            Remove(made);
            throw;
        }
    }

    /// <summary>
    /// Gives the registrar new keys, in the fleet's folder: the old key names the new or, where it was revoked, the authority enrols another registrar under the
    /// next free name. A registrar that runs must be started again.
    /// </summary>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The registrar with its new key.</returns>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public async Task<Party> RekeyRegistrarAsync(CancellationToken ct = default)
    {
        RegistryView before = await Registrar.RefreshAsync(ct).ConfigureAwait(false);
        Identity old = Registrar.Identity;
        bool stands = Registrar.Stands;
        string name = stands ? old.Name : NextRegistrarName(before);
        Kid kid;
        using (Identity next = NewIdentity(new NewParty(Role.Registrar, name), Name, Pin, Issuer))
        {
            kid = next.Kid;
            string made = _folder.NextRegistrar(kid);
            next.Save(made);
            try
            {
                await Registrar.AppendAsync(
                    (view, at) =>
                    {
                        Entry first = stands
                            ? Statement.Sign(old.Signing, Registrar.Log, view.Size, at, new Rotation(old.Kid, next.Signing.PublicKey, at))
                            : Statement.Sign(_key, Registrar.Log, view.Size, at, new Enrolment(next.Signing.PublicKey, Role.Registrar, name));
                        RegistryView after = RegistryRules.Apply(view, first.Bytes);
                        return [first, .. StatusPages.Of(after, at).Select((page, i) => Statement.Sign(next.Signing, Registrar.Log, after.Size + (ulong)i, at, page))];
                    },
                    ct,
                    _ => next.Signing).ConfigureAwait(false);
            }
            catch (Exception refused) when (refused is not IOException)
            {
                Remove(made);
                throw;
            }
        }

        await Registrar.DisposeAsync().ConfigureAwait(false);
        Registrar = await Registrar.OpenAsync(_folder, default, _time, ct).ConfigureAwait(false);
        return Registry.Find(kid)!;
    }

    /// <summary>Writes the CRL for those who know no registry, <see cref="FleetFolder.RevocationList"/>; a revocation or rotation writes it too.</summary>
    /// <param name="validity">After how long the next is due at the latest; null for <see cref="ListValidity"/>.</param>
    /// <returns>How many certificates are on it.</returns>
    /// <exception cref="FleetFileException">The journal cannot be read, or the list not be written.</exception>
    public int WriteRevocationList(TimeSpan? validity = null) =>
        RevocationList.Write(_folder.RevocationList, Issuer, Registry, Issuer.Journal!.Read(), _time.GetUtcNow(), validity ?? ListValidity);

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
        FleetFolder folder, FleetFolder made, SigningKey key, byte[] recoveryHash, CertificateIssuer issuer, Identity identity, TimeProvider time, CancellationToken ct)
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
                        Statement.Sign(key, log, 0, at, new Enrolment(key.PublicKey, Role.Authority, log.Name, Certificate: issuer.Certificate.RawData, Recovery: recoveryHash)),
                        Statement.Sign(key, log, 1, at, new Enrolment(identity.Signing.PublicKey, Role.Registrar, RegistrarName)),
                        Statement.Sign(identity.Signing, log, 2, at, new Status(at, [])),
                    ],
                    ct).ConfigureAwait(false);
            }

            PrivateFile.MoveFolder(made.Root, folder.Root);
            registrar = await Registrar.OpenAsync(folder, default, time, ct).ConfigureAwait(false);
            return new Authority(folder, key, issuer, registrar, time);
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

    private static async Task<Authority> OpenAsync(FleetFolder folder, char[] passphrase, TimeProvider time, CancellationToken ct)
    {
        Registrar? registrar = null;
        SigningKey? key = null;
        try
        {
            registrar = await Registrar.OpenAsync(folder, passphrase, time, ct).ConfigureAwait(false);
            key = KeyPem.LoadSigning(folder.AuthorityKey, passphrase);
            Kid stands = registrar.Registry.Current.Authority.Kid;
            return key.PublicKey.Kid == stands
                ? new Authority(folder, key, CertificateIssuer.Load(folder.CaKey, folder.CaCertificate, passphrase, time), registrar, time)
                : throw new FleetFileException(folder.AuthorityKey, $"the registry's authority has the key {stands}, and this is another; where that one is lost or stolen, run: sealway fleet recover");
        }
        catch
        {
            key?.Dispose();
            if (registrar is not null)
            {
                await registrar.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    /// <summary>Has an issuer note what it issues, and name the CRL's URL if there is one.</summary>
    /// <exception cref="FleetFileException">The URL is not one.</exception>
    internal static void Equip(CertificateIssuer issuer, FleetFolder folder)
    {
        issuer.Journal = new IssuedCertificates(folder.Issued);
        if (File.Exists(folder.RevocationListAddress))
        {
            string text = PrivateFile.ReadPublic(folder.RevocationListAddress).Trim();
            issuer.RevocationListAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
                ? address
                : throw new FleetFileException(folder.RevocationListAddress, "it is not an http or https URL; write it with: sealway fleet crl --at URL, or remove the file");
        }
    }

    internal static Identity NewIdentity(NewParty party, string fleet, PublicKey authority, CertificateIssuer issuer)
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

    private static string Temporary(string folder)
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

    internal static string NextRegistrarName(RegistryView view)
    {
        for (int i = 2; ; i++)
        {
            string name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{RegistrarName}-{i}");
            if (!view.KidsByName.ContainsKey(name))
            {
                return name;
            }
        }
    }

    private static void SaveParty(Identity identity, string folder, ReadOnlySpan<char> passphrase)
    {
        identity.Save(folder, passphrase);
        if (identity.Role == Role.Sensor)
        {
            PrivateFile.Write(Path.Combine(folder, SensorCounterFile.Name), SensorCounterFile.Beginning);
        }
    }

    // A folder whose keys the registry names, and that a power cut kept from getting its name.
    private string? LeftOf(Identity old, string output)
    {
        Party? standing = Registry.FindByName(old.Name, old.Role);
        if (standing is null || standing.Kid == old.Kid)
        {
            return null;
        }

        string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        string parent = Path.GetDirectoryName(place)!;
        return !Directory.Exists(parent) ? null : Directory.EnumerateDirectories(parent, $"{Path.GetFileName(place)}.*.new")
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, PartyFile.FileName)) && PartyFile.Load(folder).Kid == standing.Kid);
    }

    private static async Task<Party> MovedAsync(Task<RegistryView> stating, Kid kid, string made, string output)
    {
        RegistryView view;
        try
        {
            view = await stating.ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is not IOException)
        {
            // After an IOException the rotation may be stored, and then these keys are the only ones.
            Remove(made);
            throw;
        }

        PrivateFile.MoveFolder(made, Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)));
        return view.Find(kid)!;
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

        // The old key is erased with this: nothing that it signs has effect any more.
        PrivateFile.MoveFile(path, _folder.AuthorityKey);
        _key.Dispose();
        _key = next;
        return view;
    }

    private async Task<RegistryView> ReplacedAsync(ISigner signer, Func<ulong, StatementContent> content, CancellationToken ct) => WithList(await WithStatusAsync(signer, content, ct).ConfigureAwait(false));

    // The statement stands whatever becomes of the list.
    private RegistryView WithList(RegistryView view)
    {
        try
        {
            WriteRevocationList();
            return view;
        }
        catch (FleetFileException inner)
        {
            throw new FleetFileException(_folder.RevocationList, "it is stated in the registry and in force, but the CRL for others could not be written; mend that and run: sealway fleet crl", inner);
        }
    }

    private Task<RegistryView> StateAsync(StatementContent content, CancellationToken ct) =>
        Registrar.AppendAsync((view, at) => [Statement.Sign(_key, Registrar.Log, view.Size, at, content)], ct, HeadSigner);

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
        ct,
        HeadSigner);

    // A head of a registrar that the statements withdraw would not count.
    private SigningKey? HeadSigner(RegistryView after) => after.WithdrawalOf(Registrar.Identity.Kid) is null ? null : _key;
}
