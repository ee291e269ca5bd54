namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>
/// Brings a fleet back whose authority's key is lost or in wrong hands: the recovery key, whose hash stands in the
/// registry, names the authority's next key and the next recovery key. Who has the one key often has the registrar's too,
/// so there is a new registrar, and all others are revoked. All of it is stated at once or not at all.
/// </summary>
public static class FleetRecovery
{
    /// <summary>Recovers a fleet.</summary>
    /// <param name="folder">The fleet's folder, with the registry as it was published last, <c>fleet.json</c>, <c>authority.pub</c>, and the issuer's key and certificate; no other key need be there.</param>
    /// <param name="recoveryKey">The recovery key's file.</param>
    /// <param name="recoveryPassphrase">What that is locked with; the caller erases it.</param>
    /// <param name="passphrase">What the issuer's key is locked with; locks the new keys, the next recovery key too. The caller erases it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="sinceMilliseconds">From when on the old key does not count, milliseconds since 1970, for all to read; the registry's order decides. Null: now.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The fleet, opened with its new key.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.WrongSigner"/>: this is not the recovery key whose hash the registry has.</exception>
    /// <exception cref="FleetFileException">A file is missing, wrong, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">The registry is empty or not the pinned authority's.</exception>
    public static Task<Authority> RecoverAsync(
        string folder, string recoveryKey, ReadOnlySpan<char> recoveryPassphrase, ReadOnlySpan<char> passphrase, TimeProvider time, ulong? sinceMilliseconds = null, CancellationToken ct = default)
    {
        SigningKey recovery = KeyPem.LoadSigning(recoveryKey, recoveryPassphrase);
        return RecoverAsync(new FleetFolder(folder), recovery, passphrase.ToArray(), time, sinceMilliseconds, ct);
    }

    private static async Task<Authority> RecoverAsync(FleetFolder folder, SigningKey recovery, char[] passphrase, TimeProvider time, ulong? since, CancellationToken ct)
    {
        try
        {
            await Unfinished.FinishAsync(folder, ct).ConfigureAwait(false);
            RegistryView view = await Unfinished.ReadAsync(folder, ct).ConfigureAwait(false);
            if (!view.IsFounded)
            {
                throw new InvalidDataException($"{folder.RegistryStore} is not the registry of the pinned authority");
            }

            using CertificateIssuer issuer = CertificateIssuer.Load(folder.CaKey, folder.CaCertificate, passphrase, time);
            Authority.Equip(issuer, folder);
            using SigningKey authority = SigningKey.Generate();
            using SigningKey next = SigningKey.Generate();
            byte[] hash = Rotation.RecoveryHash(next.PublicKey);
            Identity identity = Authority.NewIdentity(
                new NewParty(Role.Registrar, Authority.NextRegistrarName(view)), view.Log.Name, Identity.LoadAuthority(folder.AuthorityPin), issuer);
            Registrar registrar = Registrar.Create(identity, folder.RegistryStore, time);
            await using (registrar.ConfigureAwait(false))
            {
                // On disk before they are named: keys that the registry names and nobody has would be the fleet's end.
                PrivateFile.Write(folder.NextAuthorityKey(authority.PublicKey.Kid), authority.ToPem(passphrase));
                PrivateFile.Write(folder.NextRecoveryKey(hash), next.ToPem(passphrase));
                identity.Save(folder.NextRegistrar(identity.Kid));
                try
                {
                    await registrar.AppendAsync((now, at) => Statements(now, at, since ?? at, recovery, authority, hash, identity), ct).ConfigureAwait(false);
                }
                catch (Exception refused) when (refused is not IOException)
                {
                    File.Delete(folder.NextAuthorityKey(authority.PublicKey.Kid));
                    File.Delete(folder.NextRecoveryKey(hash));
                    Directory.Delete(folder.NextRegistrar(identity.Kid), recursive: true);
                    throw;
                }
            }

            return await Authority.OpenAsync(folder.Root, passphrase, time, ct).ConfigureAwait(false);
        }
        finally
        {
            Array.Clear(passphrase);
            recovery.Dispose();
        }
    }

    private static List<Entry> Statements(RegistryView view, ulong at, ulong since, SigningKey recovery, SigningKey authority, byte[] nextRecovery, Identity registrar)
    {
        List<Entry> entries = [];
        RegistryView after = view;
        void State(SigningKey signer, StatementContent content)
        {
            Entry entry = Statement.Sign(signer, view.Log, after.Size, at, content);
            entries.Add(entry);
            after = RegistryRules.Apply(after, entry.Bytes);
        }

        State(recovery, new Rotation(view.Authority.Kid, authority.PublicKey, since, Recovery: recovery.PublicKey, NextRecovery: nextRecovery));
        State(authority, new Enrolment(registrar.Signing.PublicKey, Role.Registrar, registrar.Name));
        foreach (Party other in view.Parties.Where(party => party.Role == Role.Registrar && view.WithdrawalOf(party.Kid) is null))
        {
            State(authority, new Revocation(other.Kid, since, "recovery"));
        }

        foreach (Status page in StatusPages.Of(after, at))
        {
            State(registrar.Signing, page);
        }

        return entries;
    }
}
