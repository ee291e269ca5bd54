namespace Sealway.Fleet.Tests.Authorities;

using Sealway.Fleet.Tests.Waybills;
using Sealway.Log;

public sealed class KeyReplacementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Clock _clock = new();

    private string Fleet => _folder.File("fleet");

    private FleetFolder Place => new(Fleet);

    private string Safe => _folder.File("recovery.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_follower_goes_from_the_pin_along_rotations_and_a_recovery_and_takes_nothing_of_the_old_keys()
    {
        PublicKey pin;
        byte[] stolen;
        await using SqliteLogStore store = SqliteLogStore.Open(_folder.File("follower.db"));
        await using (Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock))
        {
            pin = authority.Pin;
            File.Move(Place.RecoveryKey, Safe);
            await authority.RotateOwnAsync();
            stolen = await File.ReadAllBytesAsync(Place.AuthorityKey);
        }

        await using Authority recovered = await FleetRecovery.RecoverAsync(Fleet, Safe, default, default, _clock);
        using SigningKey thief = SigningKey.FromPem(System.Text.Encoding.UTF8.GetString(stolen));
        await recovered.EnrolAsync(new NewParty(Role.Sensor, "sensor-1"), _folder.File("s"));
        await Forge(recovered, thief, (log, index, at) => Statement.Sign(thief, log, index, at, new Revocation(recovered.Registry.FindByName("sensor-1", Role.Sensor)!.Kid, at, "by a thief")));
        await recovered.StatusAsync();

        using RegistryFollower follower = await RegistryFollower.OpenAsync(store, recovered.Registry.Log, pin, null, _clock);
        Assert.Equal(Refusal.None, (await follower.AcceptAsync((await recovered.Registrar.Writer.NextAppendAsync(0))!)).Refused);
        RegistryView view = follower.Current;
        Assert.Equal(recovered.Registry.Size, view.Size);
        Assert.Equal(recovered.Registry.Authority, view.Authority);
        Assert.Null(view.WithdrawalOf(view.FindByName("sensor-1", Role.Sensor)!.Kid));
        Assert.Equal(Refusal.WrongSigner, Assert.Single(view.Anomalies).Reason);
        Assert.Equal(["registrar", "registrar-2"], view.Parties.Where(party => party.Role == Role.Registrar).Select(party => party.Name));
    }

    [Fact]
    public async Task After_a_recovery_the_folder_has_the_new_keys_alone_and_the_used_recovery_key_is_spent()
    {
        await (await Authority.InitAsync("st-anna", Fleet, "secret", _clock)).DisposeAsync();
        File.Move(Place.RecoveryKey, Safe);
        File.Delete(Place.AuthorityKey);
        Directory.Delete(Place.Registrar, recursive: true);
        await using (Authority recovered = await FleetRecovery.RecoverAsync(Fleet, Safe, "secret", "secret", _clock))
        {
            Assert.Equal("registrar-2", recovered.Registrar.Identity.Name);
            await recovered.EnrolAsync(new NewParty(Role.Sensor, "sensor-1"), _folder.File("s"));
            await recovered.StatusAsync();
            Assert.Empty(recovered.Registry.Anomalies);
        }

        Assert.Equal(["authority.key", "authority.pub", "ca.crt", "ca.key", "fleet.json", "issued.txt", "recovery.key", "registrar", "registry.db"], Files());
        MessageException spent = await Assert.ThrowsAsync<MessageException>(async () => await FleetRecovery.RecoverAsync(Fleet, Safe, "secret", "secret", _clock));
        Assert.Equal(Refusal.WrongSigner, spent.Reason);
        Assert.Equal(["authority.key", "authority.pub", "ca.crt", "ca.key", "fleet.json", "issued.txt", "recovery.key", "registrar", "registry.db"], Files());
        await using Authority again = await FleetRecovery.RecoverAsync(Fleet, Place.RecoveryKey, "secret", "secret", _clock);
        Assert.Equal("registrar-3", again.Registrar.Identity.Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_recovery_that_a_power_cut_ended_after_its_statement_is_finished_at_the_next_opening(int renamed)
    {
        await (await Authority.InitAsync("st-anna", Fleet, default, _clock)).DisposeAsync();
        File.Move(Place.RecoveryKey, Safe);
        string before = _folder.File("before");
        Copy(Fleet, before);
        Kid authority = default;
        Kid registrar = default;
        using SigningKey next = await Recovered();

        // The folder as it was, the registry as it is now, and of the new keys so many in their place already.
        string[] cut = [Place.AuthorityKey, Place.FleetFile, Place.RecoveryKey, Place.Registrar];
        string[] own = [Place.NextAuthorityKey(authority), "", Place.NextRecoveryKey(Rotation.RecoveryHash(next.PublicKey)), Place.NextRegistrar(registrar)];
        for (int i = renamed; i < cut.Length; i++)
        {
            string old = Path.Combine(before, Path.GetFileName(cut[i]));
            if (i == 3)
            {
                Directory.Move(Place.Registrar, own[i]);
                Copy(old, renamed == 3 ? Place.OldRegistrar : Place.Registrar);
            }
            else if (i == 1)
            {
                File.Copy(old, cut[i], overwrite: true);
            }
            else
            {
                File.Move(cut[i], own[i]);
                if (File.Exists(old))
                {
                    File.Copy(old, cut[i]);
                }
            }
        }

        if (renamed == 4)
        {
            Copy(Path.Combine(before, "registrar"), Place.OldRegistrar);
        }

        await using Authority opened = await Authority.OpenAsync(Fleet, default, _clock);
        Assert.Equal((authority, registrar), (opened.Registry.Authority.Kid, opened.Registrar.Identity.Kid));
        await opened.EnrolAsync(new NewParty(Role.Sensor, "sensor-1"), _folder.File("s"));
        await opened.StatusAsync();
        Assert.Equal(["authority.key", "authority.pub", "ca.crt", "ca.key", "fleet.json", "issued.txt", "recovery.key", "registrar", "registry.db"], Files());
        Assert.Contains(Convert.ToHexStringLower(Rotation.RecoveryHash(next.PublicKey)), await File.ReadAllTextAsync(Place.FleetFile), StringComparison.Ordinal);

        async Task<SigningKey> Recovered()
        {
            await using Authority recovered = await FleetRecovery.RecoverAsync(Fleet, Safe, default, default, _clock);
            authority = recovered.Registry.Authority.Kid;
            registrar = recovered.Registrar.Identity.Kid;
            return SigningKey.FromPem(await File.ReadAllTextAsync(Place.RecoveryKey));
        }
    }

    [Fact]
    public async Task A_rotation_that_a_power_cut_ended_before_its_statement_leaves_the_fleet_as_it_was()
    {
        Kid before;
        await using (Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock))
        {
            before = authority.Registry.Authority.Kid;
        }

        using SigningKey never = SigningKey.Generate();
        PrivateFile.Write(Place.NextAuthorityKey(never.PublicKey.Kid), never.ToPem("of another passphrase"));
        await using Authority opened = await Authority.OpenAsync(Fleet, default, _clock);
        Assert.Equal(before, opened.Registry.Authority.Kid);
        await opened.RotateOwnAsync();
        Assert.NotEqual(before, opened.Registry.Authority.Kid);
    }

    [Fact]
    public async Task The_registrars_key_is_replaced_and_followers_go_on()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        await using SqliteLogStore store = SqliteLogStore.Open(_folder.File("follower.db"));
        using RegistryFollower follower = await RegistryFollower.OpenAsync(store, authority.Registry.Log, authority.Pin, null, _clock);
        Head published = (await follower.AcceptAsync((await authority.Registrar.Writer.NextAppendAsync(0))!)).Answer.Head!;
        await using Registrar running = await Registrar.OpenAsync(Place, default, _clock);
        Kid old = running.Identity.Kid;

        Party next = await authority.RekeyRegistrarAsync();

        Assert.Equal("registrar", next.Name);
        await Assert.ThrowsAsync<RegistrarReplacedException>(async () => await running.SignAsync());
        await Assert.ThrowsAsync<MessageException>(async () => await running.StatusAsync());

        // What was published under the old key is this registry all the same.
        await authority.Registrar.KnowAsync(new Held(authority.Registry.Log, published.Claims.Size, published, []));
        await authority.StatusAsync();
        Assert.Equal(Refusal.None, (await follower.AcceptAsync((await authority.Registrar.Writer.NextAppendAsync(follower.Registry.Size))!)).Refused);
        Assert.Equal(authority.Registry.Size, follower.Registry.Size);
        Assert.Equal(next.Kid, follower.Current.FindByName("registrar", Role.Registrar)!.Kid);
        Assert.Equal(old, Assert.Single(follower.Current.LatestStatus!.Revoked).Key);
        Assert.Empty(follower.Current.Anomalies);
        Assert.Equal(["authority.key", "authority.pub", "ca.crt", "ca.key", "fleet.json", "issued.txt", "recovery.key", "registrar", "registry.db"], Files());
    }

    [Fact]
    public async Task A_revoked_registrar_is_followed_by_another_under_a_new_name()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        await using SqliteLogStore store = SqliteLogStore.Open(_folder.File("follower.db"));
        using RegistryFollower follower = await RegistryFollower.OpenAsync(store, authority.Registry.Log, authority.Pin, null, _clock);
        await follower.AcceptAsync((await authority.Registrar.Writer.NextAppendAsync(0))!);
        await authority.RevokeAsync(new Revocation(authority.Registrar.Identity.Kid, _clock.Milliseconds, "left"));
        Assert.Equal(Refusal.None, (await follower.AcceptAsync((await authority.Registrar.Writer.NextAppendAsync(3))!)).Refused);

        Assert.Equal("registrar-2", (await authority.RekeyRegistrarAsync()).Name);
        await authority.StatusAsync();
        Assert.Equal(Refusal.None, (await follower.AcceptAsync((await authority.Registrar.Writer.NextAppendAsync(5))!)).Refused);
        Assert.Equal(authority.Registry.Size, follower.Registry.Size);
        Assert.Empty(follower.Current.Anomalies);
    }

    [Theory]
    [InlineData(Role.Sensor)]
    [InlineData(Role.Gateway)]
    [InlineData(Role.Cloud)]
    [InlineData(Role.Archive)]
    public async Task A_partys_new_folder_is_like_its_old_one_with_new_keys(Role role)
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        await authority.EnrolAsync(new NewParty(role, "one", "Example 5", ["one.example"], [System.Net.IPAddress.Parse("192.0.2.7")]), _folder.File("old"));
        using Identity old = Identity.Load(_folder.File("old"));
        Party made = await authority.RekeyAsync(old, _folder.File("new"), "secret");
        using Identity next = Identity.Load(_folder.File("new"), "secret");
        Assert.Equal((made.Kid, "one", role, "st-anna", authority.Pin), (next.Kid, next.Name, next.Role, next.Fleet, next.Authority));
        Assert.NotEqual(old.Kid, next.Kid);
        Assert.NotEqual(old.Certificate.GetPublicKey(), next.Certificate.GetPublicKey());
        Assert.Equal(made.Agreement, next.Agreement?.PublicKey);
        Assert.True(made.Agreement is null || !made.Agreement.Equals(old.Agreement!.PublicKey));
        Assert.Equal("Example 5", made.Model);
        Assert.Equal(role is Role.Gateway or Role.Cloud, next.Certificate.MatchesHostname("one.example"));
        Assert.Equal(role is Role.Gateway or Role.Cloud, next.Certificate.MatchesHostname("192.0.2.7"));
        Assert.Equal(role == Role.Sensor, File.Exists(_folder.File("new/counter")));
        Assert.Equal(next.Kid, authority.Registry.WithdrawalOf(old.Kid)!.Successor);
        Assert.Equal(old.Kid, Assert.Single(authority.Registry.LatestStatus!.Revoked).Key);
        MessageException again = await Assert.ThrowsAsync<MessageException>(async () => await authority.RekeyAsync(old, _folder.File("third")));
        Assert.Equal(Refusal.Revoked, again.Reason);
        Assert.Equal(["fleet", "new", "old"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!);
    }

    [Fact]
    public async Task New_keys_whose_folder_a_power_cut_left_unnamed_are_found_again()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        await authority.EnrolAsync(new NewParty(Role.Gateway, "ward-3"), _folder.File("old"));
        using Identity old = Identity.Load(_folder.File("old"));
        Party made = await authority.RekeyAsync(old, _folder.File("new"));
        ulong size = authority.Registry.Size;
        Directory.Move(_folder.File("new"), _folder.File("new.0123abcd.new"));
        Directory.CreateDirectory(_folder.File("new.ffffffff.new"));

        Assert.Equal(made.Kid, (await authority.RekeyAsync(old, _folder.File("new"))).Kid);

        using Identity next = Identity.Load(_folder.File("new"));
        Assert.Equal(made.Kid, next.Kid);
        Assert.Equal(size, authority.Registry.Size);
    }

    [Fact]
    public async Task Waybills_from_before_and_after_a_rotation_and_a_recovery_hold_from_the_original_pin()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2, null, 0, ward.Archive.Signing);
        Waybill before = await ward.Waybill(1);
        ward.Clock.Now += TimeSpan.FromHours(1);
        await ward.Authority.RotateOwnAsync();
        await ward.Readings(1, null, 2, ward.Archive.Signing);
        Waybill rotated = await ward.Waybill(3);
        await ward.RecoverAsync();
        await ward.Assign("ward-3");
        await ward.Readings(1, null, 3, ward.Archive.Signing);
        Waybill recovered = await ward.Waybill(4);
        foreach ((Waybill waybill, ulong index) in new[] { (before, 1ul), (rotated, 3ul), (recovered, 4ul), (await ward.Waybill(1), 1ul) })
        {
            WaybillEntry entry = Assert.Single(ward.Check(waybill).Entries);
            Assert.Equal((index, Validity.Valid, true), (entry.Index, entry.Judged.Verdict.Validity, entry.IsFinal));
        }

        // Without the recovery's statement what follows it is signed by nobody.
        ulong gap = ward.Registry.Find(ward.Registry.Authority.Kid)!.EnrolledAt;
        Waybill without = await ward.Without(recovered, gap);
        Assert.Throws<MessageException>(() => ward.Check(without));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    // What has no effect is not appended by the authority's tool, so that a thief needs the registrar.
    private static async Task Forge(Authority fleet, SigningKey thief, Func<LogId, ulong, ulong, Entry> make)
    {
        Assert.NotEqual(thief.PublicKey, fleet.Registry.Authority);
        await fleet.Registrar.Writer.AppendAsync(place => [make(fleet.Registry.Log, place.Index, place.At)]);
        await fleet.Registrar.RefreshAsync();
    }

    private string[] Files() => [.. Directory.EnumerateFileSystemEntries(Fleet).Select(Path.GetFileName).Where(name => !name!.StartsWith("registry.db-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)!];
}
