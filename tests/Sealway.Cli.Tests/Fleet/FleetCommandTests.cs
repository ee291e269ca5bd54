namespace Sealway.Cli.Tests;

using System.Security.Cryptography.X509Certificates;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class FleetCommandTests(FilledFleet filled) : IClassFixture<FilledFleet>, IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    private string Fleet => _folder.File("fleet");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Init_makes_a_folder_that_its_owner_alone_can_enter_and_says_what_to_do_next()
    {
        string output = await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);

        Assert.Contains("authority.pub", output, StringComparison.Ordinal);
        Assert.Contains("recovery.key", output, StringComparison.Ordinal);
        string[] files = ["authority.key", "authority.pub", "ca.crt", "ca.key", "fleet.json", "issued.txt", "recovery.key", "registry.db"];
        Assert.Equal(files, Directory.GetFiles(Fleet).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["fleet"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        await using Authority authority = await Authority.OpenAsync(Fleet, default, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Contains(authority.Pin.Kid.ToString(), output, StringComparison.Ordinal);
        Assert.Equal(3UL, authority.Registry.Size);
        OwnerAlone(Fleet);
    }

    [Fact]
    public async Task Erase_orders_entries_of_a_gateways_log_erased_and_show_tells_it()
    {
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        await Terminal.Succeed("fleet", "enrol", "gateway", "ward-3", "--out", _folder.File("ward-3"), "--fleet", Fleet, "--host", "ward-3.example");
        Assert.Equal("ordered entry 17 of ward-3/0 erased", (await Terminal.Succeed("fleet", "erase", "ward-3/0", "17", "--reason", "wrong patient", "--fleet", Fleet)).Trim());
        Assert.Equal("ordered entries 20 to 29 of ward-3/1 erased", (await Terminal.Succeed("fleet", "erase", "ward-3/1", "20", "--last", "29", "--reason", "by court", "--fleet", Fleet)).Trim());
        string shown = await Terminal.Succeed("fleet", "show", "--fleet", Fleet);
        Assert.Contains("ward-3/0 entry 17, ", shown, StringComparison.Ordinal);
        Assert.Contains(": wrong patient", shown, StringComparison.Ordinal);
        Assert.Contains("ward-3/1 entries 20 to 29, ", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hospital/0", "3", "3", "nothing of the registry")]
    [InlineData("ward-9/0", "3", "3", "no gateway")]
    [InlineData("ward-3", "3", "3", "is no log")]
    [InlineData("ward-3/0", "3", "2", "before the first")]
    [InlineData("ward-3/0", "3", "1027", "at most 1,024")]
    public async Task Erase_says_what_it_cannot_order(string log, string first, string last, string why)
    {
        ProcessRun run = await Terminal.Run("fleet", "erase", log, first, "--last", last, "--reason", "r", "--fleet", filled.Place);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sensor", false)]
    [InlineData("gateway", true)]
    [InlineData("cloud", false)]
    [InlineData("archive", false)]
    [InlineData("app", true)]
    public async Task Enrol_makes_a_folder_with_all_that_a_party_needs(string role, bool agreement)
    {
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        string output = _folder.File("party");
        string[] hosts = role is "gateway" or "cloud" ? ["--host", "one.example", "192.0.2.7"] : [];
        string told = await Terminal.Succeed(["fleet", "enrol", role, "one", "--out", output, "--fleet", Fleet, "--model", "Example 5", "--days", "30", .. hosts]);

        using Identity identity = Identity.Load(output);
        Assert.Equal(("one", role, "hospital", agreement), (identity.Name, identity.Role.Word(), identity.Fleet, identity.Agreement is not null));
        Assert.Contains(identity.Kid.ToString(), told, StringComparison.Ordinal);
        Assert.Equal(role == "sensor", File.Exists(Path.Combine(output, "counter")));
        Assert.Equal(hosts.Length > 0, identity.Certificate.MatchesHostname("one.example"));
        Assert.Equal(hosts.Length > 0, identity.Certificate.MatchesHostname("192.0.2.7"));
        Assert.InRange(identity.Certificate.NotAfter - DateTime.Now, TimeSpan.FromDays(29), TimeSpan.FromDays(31));
        OwnerAlone(output);

        await using Registrar registrar = await Registrar.OpenAsync(new FleetFolder(Fleet), default, TimeProvider.System, TestContext.Current.CancellationToken);
        Party party = registrar.Registry.Current.Find(identity.Kid)!;
        Assert.Equal(("one", identity.Role, "Example 5"), (party.Name, party.Role, party.Model));
        Assert.Empty(registrar.Registry.Current.Anomalies);
    }

    [Fact]
    public async Task Assign_states_sensor_gateway_subject_archive_and_time()
    {
        await using Registrar registrar = await Registrar.OpenAsync(new FleetFolder(filled.Place), default, TimeProvider.System, TestContext.Current.CancellationToken);
        RegistryView view = registrar.Registry.Current;
        Kid sensor = view.FindByName("monitor-1", Role.Sensor)!.Kid;
        Assignment assignment = view.AssignmentOf(sensor)!;
        Assert.Equal((sensor, "ward-3", "patient-17"), (assignment.Sensor, assignment.Gateway, assignment.Subject));
        Assert.Equal(view.FindByName("records", Role.Archive)!.Kid, assignment.Archive);
    }

    [Fact]
    public async Task A_sensor_can_be_assigned_by_kid_from_a_time_on_with_an_app_as_archive()
    {
        await Terminal.Succeed("fleet", "init", "home", "--fleet", Fleet);
        foreach ((string role, string name) in new[] { ("gateway", "g"), ("sensor", "s"), ("app", "a") })
        {
            await Terminal.Succeed(["fleet", "enrol", role, name, "--out", _folder.File(name), "--fleet", Fleet, .. Hosts(role)]);
        }

        using Identity sensor = Identity.Load(_folder.File("s"));
        await Terminal.Succeed("fleet", "assign", sensor.Kid.ToString(), "--gateway", "g", "--subject", "room-x7", "--archive", "a", "--since", "2031-05-04T14:30+02:00", "--fleet", Fleet);

        await using Registrar registrar = await Registrar.OpenAsync(new FleetFolder(Fleet), default, TimeProvider.System, TestContext.Current.CancellationToken);
        Assignment assignment = registrar.Registry.Current.AssignmentOf(sensor.Kid)!;
        Assert.Equal((ulong)new DateTimeOffset(2031, 5, 4, 12, 30, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), assignment.SinceMilliseconds);
        Assert.NotNull(assignment.Archive);
    }

    [Theory]
    [InlineData("sensor", "3.1041")]
    [InlineData("gateway", "0/5120")]
    [InlineData("app", "17")]
    public async Task Revoke_states_the_last_that_counts_and_a_status_that_lists_it(string role, string last)
    {
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        await Terminal.Succeed(["fleet", "enrol", role, "one", "--out", _folder.File("one"), "--fleet", Fleet, .. Hosts(role)]);
        await Terminal.Succeed("fleet", "revoke", "one", "--reason", "lost", "--last", last, "--fleet", Fleet);

        await using Registrar registrar = await Registrar.OpenAsync(new FleetFolder(Fleet), default, TimeProvider.System, TestContext.Current.CancellationToken);
        RegistryView view = registrar.Registry.Current;
        Withdrawal withdrawal = Assert.Single(view.Withdrawals);
        Assert.Equal("lost", withdrawal.Reason);
        string counts = withdrawal.Last! switch
        {
            { Reading: { } number } => number.ToString(),
            { Log: { } log } => FormattableString.Invariant($"{log.Generation}/{log.Size}"),
            { Command: var number } => FormattableString.Invariant($"{number}"),
        };
        Assert.Equal(last, counts);
        Assert.Equal(withdrawal.Key, Assert.Single(view.LatestStatus!.Revoked).Key);
    }

    [Fact]
    public async Task Rotate_replaces_the_authoritys_key_and_leaves_the_pin()
    {
        string secret = Secret("secret", "correct horse");
        string second = Secret("second", "another");
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet, "--passphrase-file", secret);
        string pin = await File.ReadAllTextAsync(Path.Combine(Fleet, "authority.pub"), TestContext.Current.CancellationToken);
        string told = await Terminal.Succeed("fleet", "rotate", "--fleet", Fleet, "--passphrase-file", secret);

        Assert.Equal(pin, await File.ReadAllTextAsync(Path.Combine(Fleet, "authority.pub"), TestContext.Current.CancellationToken));
        await using (Authority authority = await Authority.OpenAsync(Fleet, "correct horse", TimeProvider.System, TestContext.Current.CancellationToken))
        {
            Assert.NotEqual(authority.Pin, authority.Registry.Authority);
            Assert.Contains(authority.Registry.Authority.Kid.ToString(), told, StringComparison.Ordinal);
            Assert.Contains(authority.Pin.Kid.ToString(), told, StringComparison.Ordinal);
        }

        string[] files = ["authority.key", "authority.pub", "ca.crt", "ca.key", "fleet.json", "issued.txt", "recovery.key", "registry.db"];
        Assert.Equal(files, Directory.GetFiles(Fleet).Select(Path.GetFileName).Where(name => !name!.StartsWith("registry.db-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        OwnerAlone(Fleet);
        await Terminal.Succeed("fleet", "rotate", "--fleet", Fleet, "--passphrase-file", secret, "--lock-with", second);
        Assert.Throws<FleetFileException>(() => SigningKeyOf(Path.Combine(Fleet, "authority.key"), "correct horse"));
    }

    [Fact]
    public async Task Recover_replaces_a_lost_key_and_another_key_than_the_recovery_key_is_told()
    {
        string fleet = _folder.File("fleet");
        string safe = _folder.File("recovery.key");
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        File.Move(Path.Combine(Fleet, "recovery.key"), safe);
        File.Move(Path.Combine(Fleet, "authority.key"), _folder.File("authority.key"));
        await Refused(ExitCode.Failed, "this is not the fleet's recovery key", ["fleet", "recover", "--recovery-key", _folder.File("authority.key"), "--fleet", fleet]);
        await Refused(ExitCode.Failed, "the file is missing", ["fleet", "recover", "--recovery-key", _folder.File("none"), "--fleet", fleet]);
        Assert.Equal(["authority.pub", "ca.crt", "ca.key", "fleet.json", "issued.txt", "registry.db"], Directory.GetFiles(Fleet).Select(Path.GetFileName).Where(name => !name!.StartsWith("registry.db-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        string told = await Terminal.Succeed("fleet", "recover", "--recovery-key", safe, "--fleet", fleet);

        Assert.Contains("registrar-2", told, StringComparison.Ordinal);
        Assert.Contains("recovery.key", told, StringComparison.Ordinal);
        OwnerAlone(Fleet);
        await Refused(ExitCode.Failed, "a used one is spent", ["fleet", "recover", "--recovery-key", safe, "--fleet", fleet]);
        await Terminal.Succeed("fleet", "enrol", "sensor", "s", "--out", _folder.File("s"), "--fleet", fleet);
        Assert.Contains("replaced by", await Terminal.Succeed("fleet", "show", "--fleet", fleet), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sensor", "3.1041")]
    [InlineData("gateway", "0/5120")]
    [InlineData("cloud", null)]
    [InlineData("archive", null)]
    public async Task Rekey_gives_a_party_a_new_folder_and_states_who_follows_whom(string role, string? last)
    {
        string secret = Secret("secret", "of the party");
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        string[] hosts = role is "gateway" or "cloud" ? ["--host", "one.example"] : [];
        await Terminal.Succeed(["fleet", "enrol", role, "one", "--out", _folder.File("one"), "--fleet", Fleet, "--lock-with", secret, .. hosts]);
        string[] counts = last is null ? [] : ["--last", last];
        string told = await Terminal.Succeed(["fleet", "rekey", "one", "--from", _folder.File("one"), "--out", _folder.File("next"), "--fleet", Fleet, "--unlock-with", secret, "--days", "30", .. counts]);

        using Identity old = Identity.Load(_folder.File("one"), "of the party");
        using Identity next = Identity.Load(_folder.File("next"));
        Assert.Contains(next.Kid.ToString(), told, StringComparison.Ordinal);
        Assert.Equal(hosts.Length > 0, next.Certificate.MatchesHostname("one.example"));
        Assert.InRange(next.Certificate.NotAfter - DateTime.Now, TimeSpan.FromDays(29), TimeSpan.FromDays(31));
        OwnerAlone(_folder.File("next"));
        await using Registrar registrar = await Registrar.OpenAsync(new FleetFolder(Fleet), default, TimeProvider.System, TestContext.Current.CancellationToken);
        Withdrawal withdrawal = Assert.Single(registrar.Registry.Current.Withdrawals);
        Assert.Equal((old.Kid, (Kid?)next.Kid, last is null), (withdrawal.Key, withdrawal.Successor, withdrawal.Last is null));
        Assert.Equal(next.Kid, registrar.Registry.Current.FindByName("one", old.Role)!.Kid);
    }

    [Fact]
    public async Task Rekey_replaces_the_registrars_key_in_the_fleets_folder()
    {
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        using Identity old = Identity.Load(Path.Combine(Fleet, "registrar"));
        await Terminal.Succeed("fleet", "rekey", "registrar", "--fleet", Fleet);
        using Identity next = Identity.Load(Path.Combine(Fleet, "registrar"));
        Assert.Equal(("registrar", false), (next.Name, next.Kid == old.Kid));
        await Terminal.Succeed("fleet", "status", "--fleet", Fleet);
        OwnerAlone(Fleet);
    }

    [Fact]
    public async Task Status_says_how_many_revocations_it_states()
    {
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        Assert.StartsWith("stated 0 revocations through ", await Terminal.Succeed("fleet", "status", "--fleet", Fleet), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_lists_who_is_enrolled_assigned_and_revoked()
    {
        string[] lines = (await Terminal.Succeed("fleet", "show", "--fleet", filled.Place)).Split(Environment.NewLine);
        Assert.StartsWith("fleet hospital, registry of ", lines[0], StringComparison.Ordinal);
        Assert.Matches("^status through 2.*Z$", lines[1]);
        foreach (string name in new[] { "hospital", "registrar", "ward-3", "cloud", "records", "reader", "monitor-1", "monitor-2" })
        {
            Assert.Single(lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var listed, { Length: 16 }, ..] && listed == name);
        }

        Assert.Matches("^sensor +monitor-1 +[0-9a-f]{16}  ward-3, patient-17$", Assert.Single(lines, line => line.Contains("monitor-1", StringComparison.Ordinal)));
        Assert.EndsWith("  REVOKED 2031-05-04 12:30:00Z: stolen", Assert.Single(lines, line => line.Contains("monitor-2", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "there is no sensor \"monitor-9\"", "assign", "monitor-9", "--gateway", "ward-3", "--subject", "p")]
    [InlineData(ExitCode.Usage, "there is monitor-1", "assign", "monitor-9", "--gateway", "ward-3", "--subject", "p")]
    [InlineData(ExitCode.Usage, "ward-3 is not a sensor but a gateway", "assign", "ward-3", "--gateway", "ward-3", "--subject", "p")]
    [InlineData(ExitCode.Usage, "there is no gateway \"ward-9\"", "assign", "monitor-1", "--gateway", "ward-9", "--subject", "p")]
    [InlineData(ExitCode.Usage, "cloud is not an archive or app but a cloud", "assign", "monitor-1", "--gateway", "ward-3", "--subject", "p", "--archive", "cloud")]
    [InlineData(ExitCode.Usage, "the subject is empty", "assign", "monitor-1", "--gateway", "ward-3", "--subject", "")]
    [InlineData(ExitCode.Usage, "\"yesterday\" is no time", "assign", "monitor-1", "--gateway", "ward-3", "--subject", "p", "--since", "yesterday")]
    [InlineData(ExitCode.Usage, "is no time since 1970", "assign", "monitor-1", "--gateway", "ward-3", "--subject", "p", "--since", "1969-01-01")]
    [InlineData(ExitCode.Usage, "'--gateway' is required", "assign", "monitor-1", "--subject", "p")]
    [InlineData(ExitCode.Failed, "of sensor monitor-2 does not count since 2031-05-04 12:30:00Z: stolen", "assign", "monitor-2", "--gateway", "ward-3", "--subject", "p")]
    [InlineData(ExitCode.Failed, "the name monitor-1 was used before", "enrol", "sensor", "monitor-1", "--out", "{new}")]
    [InlineData(ExitCode.Failed, "the name registrar was used before", "enrol", "cloud", "registrar", "--out", "{new}", "--host", "localhost")]
    [InlineData(ExitCode.Failed, "there is something already", "enrol", "sensor", "monitor-3", "--out", "{fleet}")]
    [InlineData(ExitCode.Usage, "'Monitor' cannot be", "enrol", "sensor", "Monitor", "--out", "{new}")]
    [InlineData(ExitCode.Usage, "Must be one of", "enrol", "authority", "other", "--out", "{new}")]
    [InlineData(ExitCode.Usage, "'--out' is required", "enrol", "sensor", "monitor-3")]
    [InlineData(ExitCode.Usage, "a gateway needs a name or address", "enrol", "gateway", "ward-4", "--out", "{new}")]
    [InlineData(ExitCode.Usage, "nobody connects to a sensor", "enrol", "sensor", "monitor-3", "--out", "{new}", "--host", "localhost")]
    [InlineData(ExitCode.Usage, "neither a DNS name nor an IP address", "enrol", "gateway", "ward-4", "--out", "{new}", "--host", "ward-4.example:8883")]
    [InlineData(ExitCode.Usage, "0 days is no time", "enrol", "sensor", "monitor-3", "--out", "{new}", "--days", "0")]
    [InlineData(ExitCode.Usage, "2147483647 days is no time", "enrol", "sensor", "monitor-3", "--out", "{new}", "--days", "2147483647")]
    [InlineData(ExitCode.Usage, "there is no party \"monitor-9\"", "revoke", "monitor-9", "--reason", "lost")]
    [InlineData(ExitCode.Usage, "see sealway fleet show", "revoke", "monitor-9", "--reason", "lost")]
    [InlineData(ExitCode.Failed, "was withdrawn before, from 2031-05-04 12:30:00Z on: stolen", "revoke", "monitor-2", "--reason", "lost", "--since", "2031-05-04T12:30Z")]
    [InlineData(ExitCode.Usage, "cannot revoke itself", "revoke", "hospital", "--reason", "lost")]
    [InlineData(ExitCode.Usage, "write the reading's BOOT.SEQUENCE", "revoke", "monitor-1", "--reason", "lost", "--last", "0/12")]
    [InlineData(ExitCode.Usage, "leave it out", "revoke", "cloud", "--reason", "lost", "--last", "3.4")]
    [InlineData(ExitCode.Usage, "is none of the three", "revoke", "monitor-1", "--reason", "lost", "--last", "4294967296.0")]
    [InlineData(ExitCode.Usage, "is none of the three", "revoke", "ward-3", "--reason", "lost", "--last", "0/-1")]
    [InlineData(ExitCode.Usage, "there is no sensor or gateway or cloud or archive or registrar \"monitor-9\"", "rekey", "monitor-9", "--from", "x", "--out", "{new}")]
    [InlineData(ExitCode.Usage, "reader is not", "rekey", "reader", "--from", "x", "--out", "{new}")]
    [InlineData(ExitCode.Usage, "add --from DIR", "rekey", "monitor-1", "--out", "{new}")]
    [InlineData(ExitCode.Usage, "add --out DIR", "rekey", "monitor-1", "--from", "{fleet}/registrar")]
    [InlineData(ExitCode.Usage, "the keys there are not those of sensor monitor-1", "rekey", "monitor-1", "--from", "{fleet}/registrar", "--out", "{new}")]
    [InlineData(ExitCode.Usage, "write the reading's BOOT.SEQUENCE", "rekey", "monitor-1", "--from", "{fleet}/registrar", "--out", "{new}", "--last", "0/12")]
    [InlineData(ExitCode.Usage, "0 days is no time", "rekey", "monitor-1", "--from", "{fleet}/registrar", "--out", "{new}", "--days", "0")]
    [InlineData(ExitCode.Usage, "leave it out", "rekey", "registrar", "--out", "{new}")]
    [InlineData(ExitCode.Usage, "'--recovery-key' is required", "recover")]
    [InlineData(ExitCode.Failed, "there is something already", "init", "other")]
    [InlineData(ExitCode.Usage, "Required command was not provided")]
    public async Task A_mistake_is_told_so_that_it_can_be_mended(int code, string told, params string[] arguments)
    {
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(filled.Place, "registry.db"), TestContext.Current.CancellationToken);
        string[] call = ["fleet", .. arguments.Select(one => one.Replace("{new}", _folder.File("new"), StringComparison.Ordinal).Replace("{fleet}", filled.Place, StringComparison.Ordinal))];
        ProcessRun run = await Terminal.Run(arguments.Length == 0 ? call : [.. call, "--fleet", filled.Place]);

        Assert.Equal(code, run.Code);
        Assert.Contains(told.Replace('\'', '"'), run.Error.Replace('\'', '"'), StringComparison.Ordinal);

        // Nothing was done: no folder, whole or begun, and no statement.
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(filled.Place, "registry.db"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Hospital")]
    [InlineData("registrar")]
    [InlineData("-x")]
    [InlineData("a/b")]
    public async Task A_name_that_cannot_be_a_fleets_is_told(string name)
    {
        ProcessRun run = await Terminal.Run("fleet", "init", "--fleet", Fleet, "--", name);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("cannot be a fleet's name", run.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(Fleet));
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_told()
    {
        ProcessRun run = await Terminal.Run("fleet", "assign", "monitor-1", "--gateway", "ward-3", "--subject", new string('p', 300), "--fleet", filled.Place);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("at most 256 bytes", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("status")]
    [InlineData("revoke", "monitor-1", "--reason", "lost")]
    public async Task A_folder_without_a_fleet_is_told(params string[] arguments)
    {
        ProcessRun run = await Terminal.Run(["fleet", .. arguments, "--fleet", Fleet]);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("there is no fleet", run.Error, StringComparison.Ordinal);
        Assert.Contains("--fleet DIR", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_is_none_or_another_fleets_is_told()
    {
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        string registry = Path.Combine(Fleet, "registry.db");
        await File.WriteAllTextAsync(registry, string.Concat(Enumerable.Repeat("no registry ", 1_000)), TestContext.Current.CancellationToken);
        await Told("it is not this fleet's registry");

        File.Copy(Path.Combine(filled.Place, "registry.db"), registry, overwrite: true);
        await Told("it is not this fleet's registry");

        File.Delete(registry);
        await Told("the registry is missing");

        async Task Told(string what)
        {
            ProcessRun run = await Terminal.Run("fleet", "show", "--fleet", Fleet);
            Assert.Equal(ExitCode.Failed, run.Code);
            Assert.Contains(what, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_that_others_can_read_is_refused_with_the_command_that_mends_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix permissions");
            return;
        }

        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        string key = Path.Combine(Fleet, "authority.key");
        File.SetUnixFileMode(key, Owner | UnixFileMode.GroupRead);

        ProcessRun run = await Terminal.Run("fleet", "enrol", "sensor", "s", "--out", _folder.File("s"), "--fleet", Fleet);
        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains($"chmod 600 '{key}'", run.Error, StringComparison.Ordinal);

        File.SetUnixFileMode(key, Owner);
        await Terminal.Succeed("fleet", "enrol", "sensor", "s", "--out", _folder.File("s"), "--fleet", Fleet);
    }

    [Fact]
    public async Task A_passphrase_locks_the_authoritys_keys()
    {
        string right = Secret("right", "correct horse\nsecond line\n");
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet, "--passphrase-file", right);
        foreach (string key in new[] { "authority.key", "ca.key", "recovery.key" })
        {
            Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", await File.ReadAllTextAsync(Path.Combine(Fleet, key), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        string[] enrol = ["fleet", "enrol", "sensor", "s", "--out", _folder.File("s"), "--fleet", Fleet];
        await Refused(ExitCode.Usage, "add --passphrase-file FILE", enrol);
        await Refused(ExitCode.Failed, "the passphrase is another", [.. enrol, "--passphrase-file", Secret("wrong", "correct horsf")]);
        await Refused(ExitCode.Usage, "the passphrase is empty", [.. enrol, "--passphrase-file", Secret("empty", "\nright on the second line")]);
        await Refused(ExitCode.Failed, "the file is missing", [.. enrol, "--passphrase-file", _folder.File("none")]);
        if (!OperatingSystem.IsWindows())
        {
            string open = Secret("open", "correct horse");
            File.SetUnixFileMode(open, Owner | UnixFileMode.OtherRead);
            await Refused(ExitCode.Failed, $"chmod 600 '{open}'", [.. enrol, "--passphrase-file", open]);
        }

        // The first line alone counts, whatever ends it.
        await Terminal.Succeed([.. enrol, "--passphrase-file", Secret("again", "correct horse\r\n")]);

        // Publishing and looking run unattended.
        await Terminal.Succeed("fleet", "status", "--fleet", Fleet);
        await Terminal.Succeed("fleet", "show", "--fleet", Fleet);
    }

    [Fact]
    public async Task A_passphrase_locks_a_partys_keys()
    {
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Fleet);
        await Terminal.Succeed("fleet", "enrol", "gateway", "g", "--out", _folder.File("g"), "--fleet", Fleet, "--host", "localhost", "--lock-with", Secret("secret", "of the gateway"));
        Assert.All(Directory.GetFiles(_folder.File("g"), "*.key"), key => Assert.Contains("ENCRYPTED", File.ReadAllText(key), StringComparison.Ordinal));
        Assert.Throws<FleetFileException>(() => Identity.Load(_folder.File("g")));
        using Identity identity = Identity.Load(_folder.File("g"), "of the gateway");
        Assert.Equal("g", identity.Name);
    }

    [Fact]
    public async Task As_a_process_it_makes_private_files_whatever_the_umask_and_ends_with_its_code()
    {
        ProcessRun init = await Terminal.RunProcess(_folder.Path, default, "fleet", "init", "hospital");
        Assert.True(init.Code == ExitCode.Clean, init.Error);
        Assert.Empty(init.Error);
        ProcessRun enrol = await Terminal.RunProcess(_folder.Path, default, "fleet", "enrol", "sensor", "monitor-1", "--out", "monitor-1");
        Assert.True(enrol.Code == ExitCode.Clean, enrol.Error);
        OwnerAlone(Fleet);
        OwnerAlone(_folder.File("monitor-1"));

        ProcessRun again = await Terminal.RunProcess(_folder.Path, default, "fleet", "enrol", "sensor", "monitor-1", "--out", "other");
        Assert.Equal((ExitCode.Failed, string.Empty), (again.Code, again.Output));
        Assert.StartsWith("sealway: the name monitor-1 was used before in this fleet" + Environment.NewLine, again.Error, StringComparison.Ordinal);

        ProcessRun unknown = await Terminal.RunProcess(_folder.Path, default, "fleet", "assign", "monitor-9", "--gateway", "g", "--subject", "p");
        Assert.Equal(ExitCode.Usage, unknown.Code);
    }

    private static async Task Refused(int code, string told, string[] arguments)
    {
        ProcessRun run = await Terminal.Run(arguments);
        Assert.Equal(code, run.Code);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", run.Output + run.Error, StringComparison.Ordinal);
    }

    // Folders 0700; keys and stores 0600; what everybody may see 0644.
    private static void OwnerAlone(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (string inner in Directory.GetDirectories(folder).Append(folder))
        {
            Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(inner));
            foreach (string file in Directory.GetFiles(inner))
            {
                bool secret = Path.GetExtension(file) is ".key" or "" || file.Contains("registry.db", StringComparison.Ordinal);
                Assert.Equal(secret ? Owner : Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(file));
            }
        }
    }

    private static string SigningKeyOf(string file, string passphrase)
    {
        try
        {
            using SigningKey key = SigningKey.FromPem(File.ReadAllText(file), passphrase);
            return key.PublicKey.Kid.ToString();
        }
        catch (MessageException inner)
        {
            throw new FleetFileException(file, "another passphrase", inner);
        }
    }

    private static string[] Hosts(string role) => role == "gateway" ? ["--host", "localhost"] : [];

    private string Secret(string name, string text)
    {
        PrivateFile.Write(_folder.File(name), text);
        return _folder.File(name);
    }
}
