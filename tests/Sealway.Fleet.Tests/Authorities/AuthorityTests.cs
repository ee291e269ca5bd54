namespace Sealway.Fleet.Tests.Authorities;

using System.Diagnostics;
using Sealway.Log;

public sealed class AuthorityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Clock _clock = new();

    private string Fleet => _folder.File("fleet");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_fleet_has_an_authority_a_registrar_and_a_status()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        RegistryView view = authority.Registry;
        Assert.Equal(3ul, view.Size);
        Assert.Empty(view.Anomalies);
        Assert.Equal(new LogId("st-anna", 0), view.Log);
        Assert.Equal(authority.Issuer.Certificate.RawData, view.FindByName("st-anna", Role.Authority)!.Certificate!.Value.ToArray());
        Assert.Equal(_clock.Milliseconds, view.LatestStatus!.ThroughMilliseconds);
        SignedHead head = (await authority.Registrar.Store.LatestHead(view.Log, CancellationToken.None))!;
        Assert.Equal(3ul, head.Size);
        Assert.Equal(3ul, head.Head.Claims.RegistrySize);
        head.Head.Verify(view.FindByName("registrar", Role.Registrar)!.Key);
        string[] files = [.. Directory.EnumerateFileSystemEntries(Fleet).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        Assert.Superset(new HashSet<string> { "authority.key", "authority.pub", "ca.crt", "ca.key", "fleet.json", "recovery.key", "registrar", "registry.db" }, files.ToHashSet());
        Assert.Equal(["fleet"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Every_private_file_of_a_fleet_is_its_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix modes");
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        await authority.EnrolAsync(new NewParty(Role.Gateway, "ward-3"), _folder.File("ward-3"));
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string[] keys = [.. Directory.EnumerateFiles(_folder.Path, "*.key", SearchOption.AllDirectories)];
        Assert.Equal(3 + 2 + 3, keys.Length);
        Assert.All(keys.Append(Path.Combine(Fleet, "registry.db")), key => Assert.Equal(Private, File.GetUnixFileMode(key)));
        Assert.All([Fleet, Path.Combine(Fleet, "registrar"), _folder.File("ward-3")], folder => Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(folder)));
    }

    [Fact]
    public async Task A_fleet_is_made_once()
    {
        await (await Authority.InitAsync("st-anna", Fleet, default, _clock)).DisposeAsync();
        byte[] key = await File.ReadAllBytesAsync(Path.Combine(Fleet, "authority.key"));
        await Assert.ThrowsAsync<FleetFileException>(async () => await Authority.InitAsync("st-anna", Fleet, default, _clock));
        Assert.Equal(key, await File.ReadAllBytesAsync(Path.Combine(Fleet, "authority.key")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("St-Anna")]
    [InlineData("-x")]
    [InlineData("registrar")]
    public async Task A_fleet_needs_a_name(string name)
    {
        await Assert.ThrowsAsync<MessageException>(async () => await Authority.InitAsync(name, Fleet, default, _clock));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_fleet_is_opened_again_with_its_passphrase_and_no_other()
    {
        await using (Authority made = await Authority.InitAsync("st-anna", Fleet, "open sesame", _clock))
        {
        }

        Assert.Contains("ENCRYPTED", await File.ReadAllTextAsync(Path.Combine(Fleet, "ca.key")), StringComparison.Ordinal);
        await Assert.ThrowsAsync<FleetFileException>(async () => await Authority.OpenAsync(Fleet, "sesame", _clock));
        FleetFileException none = await Assert.ThrowsAsync<FleetFileException>(async () => await Authority.OpenAsync(Fleet, default, _clock));
        Assert.Contains("passphrase", none.Message, StringComparison.Ordinal);
        await using Authority opened = await Authority.OpenAsync(Fleet, "open sesame", _clock);
        Assert.Equal("st-anna", opened.Name);
        await using Registrar registrar = await Registrar.OpenAsync(new FleetFolder(Fleet), default, _clock);
        Assert.Equal(3ul, registrar.Registry.Size);
    }

    [Fact]
    public async Task A_party_is_enrolled_with_its_folder()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        Party party = await authority.EnrolAsync(new NewParty(Role.Sensor, "sensor-1", "Thermo 2"), _folder.File("s"), "secret");
        using Identity identity = Identity.Load(_folder.File("s"), "secret");
        Assert.Equal(party.Kid, identity.Kid);
        Assert.Equal(party, authority.Registry.Find(identity.Kid));
        Assert.Equal(("sensor-1", Role.Sensor, "st-anna"), (identity.Name, identity.Role, identity.Fleet));
        Assert.Equal(authority.Pin, identity.Authority);
        Assert.Null(identity.Agreement);
        Assert.Equal("boot 0 check 4294967295\n", await File.ReadAllTextAsync(_folder.File("s/counter")));
        Assert.False(File.Exists(_folder.File("s/agreement.key")));
    }

    [Fact]
    public async Task Gateways_and_apps_get_an_agreement_key_that_the_registry_names()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        Party app = await authority.EnrolAsync(new NewParty(Role.App, "app-1"), _folder.File("app"));
        using Identity identity = Identity.Load(_folder.File("app"));
        Assert.Equal(app.Agreement, identity.Agreement!.PublicKey);
        Assert.False(File.Exists(_folder.File("app/counter")));
    }

    [Fact]
    public async Task What_would_have_no_effect_is_not_stated_and_leaves_nothing_behind()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        Party sensor = await authority.EnrolAsync(new NewParty(Role.Sensor, "sensor-1"), _folder.File("s"));
        MessageException taken = await Assert.ThrowsAsync<MessageException>(async () => await authority.EnrolAsync(new NewParty(Role.Sensor, "sensor-1"), _folder.File("t")));
        Assert.Equal(Refusal.AlreadyEnrolled, taken.Reason);
        await Assert.ThrowsAsync<MessageException>(async () => await authority.EnrolAsync(new NewParty(Role.Sensor, "Sensor"), _folder.File("t")));
        await Assert.ThrowsAsync<MessageException>(async () => await authority.EnrolAsync(new NewParty(Role.Authority, "sensor-2"), _folder.File("t")));
        await Assert.ThrowsAsync<FleetFileException>(async () => await authority.EnrolAsync(new NewParty(Role.Sensor, "sensor-2"), _folder.File("s")));
        await Assert.ThrowsAsync<MessageException>(async () => await authority.AssignAsync(new Assignment(sensor.Kid, "ward-3", "x", 0)));
        Assert.Equal(4ul, authority.Registry.Size);
        Assert.Equal(["fleet", "s"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!);
    }

    [Fact]
    public async Task A_revocation_is_followed_by_a_status_that_lists_it()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        Party sensor = await authority.EnrolAsync(new NewParty(Role.Sensor, "sensor-1"), _folder.File("s"));
        _clock.Now += TimeSpan.FromHours(1);
        RegistryView view = await authority.RevokeAsync(new Revocation(sensor.Kid, _clock.Milliseconds, "lost"));
        Assert.Equal([(sensor.Kid, _clock.Milliseconds)], view.LatestStatus!.Revoked);
        Assert.Empty(view.Anomalies);
    }

    [Fact]
    public async Task A_revoked_registrar_is_listed_under_the_authoritys_signature()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        RegistryView view = await authority.RevokeAsync(new Revocation(authority.Registrar.Identity.Kid, _clock.Milliseconds, "left"));
        Assert.Single(view.LatestStatus!.Revoked);
        await Assert.ThrowsAsync<MessageException>(async () => await authority.StatusAsync());
    }

    [Fact]
    public async Task A_party_and_the_authority_rotate_their_keys()
    {
        await using (Authority authority = await Authority.InitAsync("st-anna", Fleet, "secret", _clock))
        {
            await authority.EnrolAsync(new NewParty(Role.Gateway, "ward-3"), _folder.File("g"));
            using Identity gateway = Identity.Load(_folder.File("g"));
            using SigningKey next = SigningKey.Generate();
            await authority.RotateAsync(gateway.Signing, new Rotation(gateway.Kid, next.PublicKey, _clock.Milliseconds));
            Assert.Equal(next.PublicKey, authority.Registry.FindByName("ward-3", Role.Gateway)!.Key);
            await authority.RotateOwnAsync("secret");
            await authority.EnrolAsync(new NewParty(Role.Sensor, "sensor-1"), _folder.File("s"));
            Assert.Empty(authority.Registry.Anomalies);
            Assert.NotEqual(authority.Pin, authority.Registry.Authority);
        }

        await using Authority opened = await Authority.OpenAsync(Fleet, "secret", _clock);
        await opened.EnrolAsync(new NewParty(Role.Sensor, "sensor-2"), _folder.File("t"));
        Assert.Equal(2, opened.Registry.LatestStatus!.Revoked.Count);
    }

    [Fact]
    public async Task A_rotation_that_was_stored_but_not_finished_is_finished_at_the_next_opening()
    {
        string key = Path.Combine(Fleet, "authority.key");
        Kid next;
        await using (Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock))
        {
            byte[] old = await File.ReadAllBytesAsync(key);
            await authority.RotateOwnAsync(default);
            next = authority.Registry.Authority.Kid;
            File.Move(key, Path.Combine(Fleet, $"authority.{next}.key"));
            PrivateFile.Write(key, old);
        }

        await using Authority opened = await Authority.OpenAsync(Fleet, default, _clock);
        await opened.EnrolAsync(new NewParty(Role.Sensor, "sensor-2"), _folder.File("t"));
        using SigningKey stored = SigningKey.FromPem(await File.ReadAllTextAsync(key));
        Assert.Equal(next, stored.PublicKey.Kid);
        Assert.Empty(Directory.EnumerateFiles(Fleet, "authority.*.key"));
    }

    [Fact]
    public async Task Threads_that_enrol_at_once_all_succeed()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        await using Authority second = await Authority.OpenAsync(Fleet, default, _clock);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            using SigningKey key = SigningKey.Generate();
            await (i % 2 == 0 ? authority : second).EnrolAsync(new Enrolment(key.PublicKey, Role.Sensor, $"sensor-{i}"));
        })));
        RegistryView view = await second.Registrar.RefreshAsync();
        Assert.Equal(43ul, view.Size);
        Assert.Empty(view.Anomalies);
    }

    [Fact]
    public async Task Two_processes_that_enrol_at_once_all_succeed()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, TimeProvider.System);
        // The test program itself, whether it was started by its own name or by dotnet.
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [System.Reflection.Assembly.GetEntryAssembly()!.Location] : [];
        using Process other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. program, SecondProcess.Argument, Fleet, "theirs", "20"]) { RedirectStandardError = true })!;
        Task<string> errors = other.StandardError.ReadToEndAsync();
        int ours = 0;
        while (!other.HasExited || ours < 20)
        {
            using SigningKey key = SigningKey.Generate();
            await authority.EnrolAsync(new Enrolment(key.PublicKey, Role.Sensor, $"ours-{ours++}"));
        }

        await other.WaitForExitAsync();
        Assert.True(other.ExitCode == 0, await errors);
        RegistryView view = await authority.Registrar.RefreshAsync();
        Assert.Equal(3 + 20 + (ulong)ours, view.Size);
        Assert.Empty(view.Anomalies);
        SignedHead head = (await authority.Registrar.Store.LatestHead(view.Log, CancellationToken.None))!;
        Assert.Equal(view.Size, head.Size);
    }

    [Fact]
    public async Task A_registry_that_followers_hold_more_of_is_not_extended()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        string copy = _folder.File("copy");
        Copy(Fleet, copy);
        await authority.EnrolAsync(new NewParty(Role.Sensor, "sensor-1"), _folder.File("s"));
        Head published = (await authority.Registrar.Store.LatestHead(authority.Registry.Log, CancellationToken.None))!.Head;
        Held held = new(authority.Registry.Log, published.Claims.Size, published, []);
        await authority.Registrar.KnowAsync(held);
        await authority.StatusAsync();

        await using Authority old = await Authority.OpenAsync(copy, default, _clock);
        RegistryBehindException behind = await Assert.ThrowsAsync<RegistryBehindException>(async () => await old.Registrar.KnowAsync(held));
        Assert.Equal((4ul, 3ul), (behind.Published, behind.Here));
        await Assert.ThrowsAsync<RegistryBehindException>(async () => await old.StatusAsync());
        Assert.Equal(3ul, old.Registry.Size);
    }

    [Fact]
    public async Task What_a_stranger_says_is_held_does_not_stop_the_registry()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        using SigningKey stranger = SigningKey.Generate();
        Head forged = Head.Sign(stranger, new HeadClaims(stranger.PublicKey.Kid, authority.Registry.Log, 1, 900, 900), new byte[32]);
        await Assert.ThrowsAsync<MessageException>(async () => await authority.Registrar.KnowAsync(new Held(authority.Registry.Log, 900, forged, [])));
        await authority.StatusAsync();
        Assert.Equal(4ul, authority.Registry.Size);
    }

    [Fact]
    public async Task A_copy_of_another_fleets_registry_is_not_opened()
    {
        await (await Authority.InitAsync("st-anna", Fleet, default, _clock)).DisposeAsync();
        await (await Authority.InitAsync("st-anna", _folder.File("other"), default, _clock)).DisposeAsync();
        File.Copy(_folder.File("other/registry.db"), Path.Combine(Fleet, "registry.db"), overwrite: true);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Authority.OpenAsync(Fleet, default, _clock));
    }

    [Fact]
    public async Task A_follower_takes_the_registry_from_the_pin_alone()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", Fleet, default, _clock);
        await authority.EnrolAsync(new NewParty(Role.Gateway, "ward-3"), _folder.File("g"));
        await using SqliteLogStore store = SqliteLogStore.Open(_folder.File("follower.db"));
        using RegistryFollower follower = await RegistryFollower.OpenAsync(store, authority.Registry.Log, authority.Pin, null, _clock);
        Append append = (await authority.Registrar.Writer.NextAppendAsync(0))!;
        Followed followed = await follower.AcceptAsync(append);
        Assert.Equal(Refusal.None, followed.Refused);
        Assert.Equal(4ul, follower.Registry.Size);
        Assert.NotNull(follower.Registry.Current.FindByName("ward-3", Role.Gateway));
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
