namespace Sealway.EndToEnd.Tests;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sealway.App;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>A ward and a home run as processes, on good minutes and bad ones; then everything that they left behind is searched for what must not be there.</summary>
public sealed class SecretsTests : IAsyncDisposable
{
    private const string Passphrase = "tell-nobody-7Q";

    private static readonly string[] _vitals = ["173.46251837", "174.83920164", "172.19283745", "173.92837465"];
    private static readonly string[] _rooms = ["21.73619253", "22.84920174", "20.19283746", "21.59283741"];

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _said = new();
    private readonly List<RunningPart> _parts = [];
    private readonly int[] _ports = FreePorts.Choose(7);
    private readonly List<string> _codes = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Lock => _folder.File("passphrase");

    public async ValueTask DisposeAsync()
    {
        foreach (RunningPart part in _parts)
        {
            await part.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task No_reading_key_code_or_passphrase_is_in_a_log_and_of_a_home_nothing_readable_is_on_its_gateways_disk()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGTERM");
        await Fleets();
        Recordings();
        RunningPart cloud = Cloud();
        Start("ward", "registrar", new JsonObject { ["fleet"] = _folder.File("ward/fleet"), ["cloud"] = Local(1), ["statusEvery"] = "1s" });
        RunningPart archive = Start("ward", "archive", new JsonObject
        {
            ["identity"] = _folder.File("ward/records"),
            ["data"] = _folder.File("ward/archive-data"),
            ["cloud"] = Local(1),
            ["alert"] = new JsonObject { ["command"] = new JsonArray("/bin/sh", "-c", "cat > /dev/null") },
        });
        RunningPart ward = Gateway("ward", "ward-3", 0, 4, null);
        RunningPart wardSensor = Sensor("ward", 4, "ward-3", ("monitor-1", "vitals"), ("stray-1", "vitals"));
        RunningPart home = Home();
        Sensor("home", 5, "home", ("s-01", "house/room-1"));
        await home.Until("readings", health => health.GetProperty("slots").GetInt64() > 3);

        // A code that is wrong, then the true one; a member that joins while a reading is in every slot.
        await Paired("ben", wrong: true);
        await Paired("anna", wrong: false);
        RunningPart anna = App();
        await anna.Until("readings", health => health.GetProperty("opened").GetInt64() > 3);
        string first = _folder.File("first-agreement.key");
        File.Copy(_folder.File("home/anna/agreement.key"), first);

        // Commands that are done and refused, a key that is replaced.
        await Sealway(0, "app", "set", Config("app"), "r-01", "22");
        await Sealway(1, "app", "set", Config("app"), "r-01", "99");
        await Sealway(1, "app", "remove", Config("app"), "nobody");
        await Sealway(0, "app", "rekey", Config("app"));
        long opened = (await anna.Until("its health", _ => true)).GetProperty("opened").GetInt64();
        await anna.Until("readings under the new key", health => health.GetProperty("opened").GetInt64() > opened + 3);

        // Bad minutes: the cloud is cut off, noise comes in at every port, a stranger knocks, a second process wants the same folder, a key is unreadable.
        await cloud.Kill();
        await Task.WhenAll(_ports.Select(Noise));
        await Second();
        await UnreadableKey();
        Sensor("stranger", 5, "home", ("stranger-1", "vitals"));
        await home.Until("its health", _ => true);
        cloud = Cloud();
        ulong registry = (await ward.Until("refused readings", health => health.GetProperty("refused").GetInt64() > 0)).GetProperty("registrySize").GetUInt64();
        Assert.True(registry > 0);

        // What a thief finds who takes the gateway's disk while it runs, or after a power cut: write-ahead logs included.
        string live = Stolen();
        await home.Kill();
        string killed = Stolen();
        (SecretSearch inside, IReadOnlyList<Reading> readings) = await Inside(Stolen(), first, opened);
        Assert.Empty(inside.InFolder(live));
        Assert.Empty(inside.InFolder(killed));
        home = Home();
        await home.Until("slots after its start", health => health.GetProperty("slots").GetInt64() > 3);
        await anna.Until("readings of the next epoch", health => health.GetProperty("opened").GetInt64() > opened + 6);
        await ward.Until("an alarm", health => health.GetProperty("alarmsRaised").GetInt64() > 0);
        await archive.Until("readings", health => health.GetProperty("archived").GetInt64() > 3);
        foreach (RunningPart part in Enumerable.Reverse(_parts).Where(part => part.Runs))
        {
            await part.Kill();
        }

        (inside, readings) = await Inside(Stolen(), first, opened);
        foreach (string held in new[] { "home/gateway-data", "home/cloud-data", "home/anna-data" })
        {
            Assert.Empty(inside.InFolder(_folder.File(held)));
        }

        // What is looked for can be found: an open log has it, and so has the folder of the keys.
        SecretSearch open = new();
        open.Bytes("a reading of the ward", await OpenReading());
        Assert.NotEmpty(open.InFolder(_folder.File("ward/gateway-data")));

        SecretSearch all = Secrets(first, readings);
        Assert.NotEmpty(all.InFolder(_folder.File("home/anna")));
        string said = await Said();
        Assert.Contains("the value 173.46", all.In("{\"value\":173.46}"));
        foreach (string shown in new[] { "Unsafe", "refused", "paired", "wrong code" })
        {
            Assert.True(said.Contains(shown, StringComparison.OrdinalIgnoreCase), $"the run was to bring about '{shown}' and did not");
        }

        Assert.Empty(all.In(said));
    }

    private static string Local(int port, int[] ports) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ports[port]}");

    private string Local(int port) => Local(port, _ports);

    // Bytes that are no TLS; whether anybody listens is the part's affair.
    private static async Task Noise(int port)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, port, Ct);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(RandomNumberGenerator.GetBytes(300), Ct);
            client.Client.Shutdown(SocketShutdown.Send);
            _ = await stream.ReadAsync(new byte[1], Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(2), Ct);
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException or InvalidOperationException)
        {
            // Thrown out.
        }
    }

    private async Task Fleets()
    {
        await File.WriteAllTextAsync(Lock, Passphrase + "\n", Ct);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Lock, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        // The home's keys are locked, the ward's are not.
        Directory.CreateDirectory(_folder.File("ward"));
        Directory.CreateDirectory(_folder.File("stranger"));
        Directory.CreateDirectory(_folder.File("home"));
        await using (Authority hospital = await Authority.InitAsync("hospital", _folder.File("ward/fleet"), default, TimeProvider.System, Ct))
        {
            await Enrol(hospital, "ward", "", (Role.Cloud, "cloud"), (Role.Gateway, "ward-3"), (Role.Sensor, "stray-1"), (Role.Sensor, "stranger-1"));
            Kid archive = await Enrol(hospital, "ward", "", (Role.Archive, "records"));
            Kid monitor = await Enrol(hospital, "ward", "", (Role.Sensor, "monitor-1"));
            await hospital.AssignAsync(new Assignment(monitor, "ward-3", "patient-17", 0, archive), Ct);
        }

        await using Authority house = await Authority.InitAsync("house-7f", _folder.File("home/fleet"), Passphrase, TimeProvider.System, Ct);
        await Enrol(house, "home", Passphrase, (Role.Cloud, "cloud"), (Role.Gateway, "home"));
        Kid sensor = await Enrol(house, "home", Passphrase, (Role.Sensor, "s-01"));
        await house.AssignAsync(new Assignment(sensor, "home", "r-01", 0), Ct);
    }

    private async Task<Kid> Enrol(Authority authority, string place, string passphrase, params (Role Role, string Name)[] parties)
    {
        Kid last = default;
        foreach ((Role role, string name) in parties)
        {
            NewParty party = role is Role.Cloud or Role.Gateway ? new(role, name, Hosts: ["localhost"], Addresses: [IPAddress.Loopback]) : new(role, name);
            last = (await authority.EnrolAsync(party, _folder.File($"{place}/{name}"), passphrase, Ct)).Kid;
        }

        return last;
    }

    private void Recordings()
    {
        Directory.CreateDirectory(_folder.File("recordings/vitals/bidmc"));
        Directory.CreateDirectory(_folder.File("recordings/home/rooms"));
        File.WriteAllText(_folder.File("recordings/vitals/bidmc/vitals_Numerics.csv"), "Time [s],HR\n" + string.Concat(_vitals.Select((value, i) => $"{i},{value}\n")));
        File.WriteAllText(_folder.File("recordings/home/rooms/house.csv"), "date,T1\n" + string.Concat(_rooms.Select((value, i) => $"14/02/2016 0:{i}0,{value}\n")));
    }

    private RunningPart Cloud() => Start("ward", "cloud", new JsonObject
    {
        ["fleets"] = new JsonArray(
            new JsonObject { ["identity"] = _folder.File("ward/cloud"), ["data"] = _folder.File("ward/cloud-data"), ["mqtt"] = Local(0), ["https"] = Local(1) },
            new JsonObject { ["identity"] = _folder.File("home/cloud"), ["passphraseFile"] = Lock, ["data"] = _folder.File("home/cloud-data"), ["mqtt"] = Local(2), ["https"] = Local(3) }),
    });

    private RunningPart Home() => Gateway("home", "home", 2, 5, new JsonObject
    {
        ["fleet"] = _folder.File("home/fleet"),
        ["passphraseFile"] = Lock,
        ["pairing"] = Local(6),
        ["cloudHttps"] = Local(3),
        ["slotBytes"] = 4_096,
        ["tick"] = "300ms",
        ["heating"] = new JsonArray(new JsonObject { ["room"] = "r-01", ["target"] = 15, ["leastOn"] = "1s", ["leastOff"] = "1s", ["file"] = _folder.File("heating") }),
    });

    private RunningPart Gateway(string place, string name, int mqtt, int sensors, JsonObject? home)
    {
        JsonObject configuration = new()
        {
            ["identity"] = _folder.File($"{place}/{name}"),
            ["data"] = _folder.File($"{place}/gateway-data"),
            ["cloud"] = Local(mqtt),
            ["reconnectWithin"] = "1s",
            ["refusedEvery"] = "1s",
            ["sensors"] = new JsonObject { ["listen"] = new JsonArray(Local(sensors)) },
        };
        if (home is not null)
        {
            configuration["passphraseFile"] = Lock;
            configuration["home"] = home;
        }

        return Start(place, "gateway", configuration);
    }

    private RunningPart Sensor(string place, int port, string gateway, params (string Name, string Recording)[] sensors) => Start(place, "sensor", new JsonObject
    {
        ["sensors"] = new JsonArray([.. sensors.Select(sensor =>
        {
            JsonObject one = new()
            {
                ["identity"] = _folder.File($"{(place == "stranger" ? "ward" : place)}/{sensor.Name}"),
                ["gateway"] = Local(port),
                ["gatewayName"] = gateway,
                ["recordings"] = _folder.File("recordings"),
                ["recording"] = sensor.Recording,
                ["repeat"] = true,
                ["speed"] = place == "home" ? 2_000 : 5,
            };
            if (place == "home")
            {
                one["passphraseFile"] = Lock;
            }

            return (JsonNode)one;
        })]),
    });

    private RunningPart App() => Start("home", "app", new JsonObject { ["identity"] = _folder.File("home/anna"), ["passphraseFile"] = Lock, ["data"] = _folder.File("home/anna-data") });

    private RunningPart Start(string place, string role, JsonObject configuration)
    {
        configuration["log"] = new JsonObject { ["level"] = "trace" };
        RunningPart part = RunningPart.Start(role, _folder.File(place), configuration);
        _parts.Add(part);
        return part;
    }

    private string Config(string role) => _folder.File($"home/{role}.json");

    private async Task Paired(string name, bool wrong)
    {
        ProcessRun shown = await Run("gateway", "pair", Config("gateway"));
        Assert.Equal(0, shown.Code);
        string code = shown.Output.Trim();
        _codes.Add(code[(code.LastIndexOf(':') + 1)..]);
        string tried = wrong ? code[..^1] + (code[^1] == '0' ? '1' : '0') : code;
        await Sealway(wrong ? null : 0, "app", "pair", tried, "--out", _folder.File($"home/{name}"), "--lock-with", Lock);
        Assert.Equal(!wrong, File.Exists(_folder.File($"home/{name}/party.json")));
    }

    // Another process with the same folders; where its health is, is its own affair.
    private async Task Second()
    {
        JsonObject configuration = JsonNode.Parse(await File.ReadAllTextAsync(Config("gateway"), Ct))!.AsObject();
        configuration.Remove("health");
        string second = _folder.File("second.json");
        await File.WriteAllTextAsync(second, configuration.ToJsonString(), Ct);
        await Sealway(null, "gateway", second);
    }

    private async Task UnreadableKey()
    {
        string broken = _folder.File("broken");
        Directory.CreateDirectory(broken);
        foreach (string file in Directory.GetFiles(_folder.File("ward/stranger-1")))
        {
            File.Copy(file, Path.Combine(broken, Path.GetFileName(file)));
        }

        string key = Path.Combine(broken, "signing.key");
        string pem = await File.ReadAllTextAsync(key, Ct);
        await File.WriteAllTextAsync(key, pem.Replace("KEY-----\nM", "KEY-----\n*", StringComparison.Ordinal), Ct);
        string configuration = _folder.File("broken.json");
        await File.WriteAllTextAsync(configuration, new JsonObject { ["sensors"] = new JsonArray(new JsonObject { ["identity"] = broken, ["gateway"] = Local(4), ["gatewayName"] = "ward-3" }) }.ToJsonString(), Ct);
        await Sealway(null, "sensor", configuration);
        Directory.Delete(broken, recursive: true);
    }

    // Everything of a home that its gateway and its cloud must not have in clear: the epochs' keys, the present one's too, and what was measured.
    private async Task<(SecretSearch Search, IReadOnlyList<Reading> Readings)> Inside(string data, string firstKey, long atLeast)
    {
        using AgreementKey first = AgreementKey.FromPem(await File.ReadAllTextAsync(firstKey, Ct), Passphrase);
        using AgreementKey second = AgreementKey.FromPem(await File.ReadAllTextAsync(_folder.File("home/anna/agreement.key"), Ct), Passphrase);
        Assert.NotEqual(first.PublicKey.Kid, second.PublicKey.Kid);
        await using SqliteLogStore store = SqliteLogStore.Open(Path.Combine(data, "log.db"));
        LogId log = new("home", 0);
        List<ReadOnlyMemory<byte>> entries = [];
        while (await store.Read(log, (ulong)entries.Count, Merkle.MaxSize, int.MaxValue, Ct) is { Count: > 0 } some)
        {
            entries.AddRange(some.Select(entry => entry.Bytes));
        }

        SecretSearch search = new();
        int epochs = 0;
        foreach (Entry entry in entries.Select(bytes => Entry.FromUntrusted(bytes)).Where(entry => entry.Kind == EntryKind.Epoch))
        {
            foreach (AgreementKey member in new[] { first, second })
            {
                try
                {
                    using EpochKey key = Epoch.FromUntrusted(entry.Body).Open(log, member);
                    search.Bytes($"the key of epoch {key.Id}", key.Export());
                    epochs++;
                }
                catch (MessageException)
                {
                    // Before the member came, or for its other key.
                }
            }
        }

        Assert.True(epochs >= 2, "an epoch under each of the member's keys");
        List<Reading> readings = [.. new[] { first, second }.SelectMany(member => SlotOpener.OpenAll(log, entries, member).Items).Select(item => item.Reading).OfType<Reading>()];
        Assert.True(readings.Count >= atLeast, $"{readings.Count} readings opened, {atLeast} expected");
        Readings(search, readings);
        return (search, readings);
    }

    // A copy of the home's gateway's disk as it is.
    private string Stolen()
    {
        string copy = _folder.File($"stolen-{Guid.NewGuid():n}");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(_folder.File("home/gateway-data")).Where(file => Path.GetExtension(file) is not ".sock" and not ".lock"))
        {
            using FileStream from = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using FileStream to = File.Create(Path.Combine(copy, Path.GetFileName(file)));
            from.CopyTo(to);
        }

        return copy;
    }

    private static void Readings(SecretSearch search, IReadOnlyList<Reading> readings)
    {
        foreach (Reading reading in readings.Take(40).Concat(readings.TakeLast(10)))
        {
            byte[] bytes = reading.Bytes.ToArray();
            search.Bytes($"the reading {reading.Number}", bytes);
            search.Bytes($"the signature of the reading {reading.Number}", bytes.AsSpan(bytes.Length - 64));
        }

        foreach (string value in _rooms)
        {
            search.Number(value);
        }
    }

    private async Task<byte[]> OpenReading()
    {
        await using SqliteLogStore store = SqliteLogStore.Open(_folder.File("ward/gateway-data/log.db"));
        IReadOnlyList<LogEntry> entries = await store.Read(new LogId("ward-3", 0), 0, Merkle.MaxSize, int.MaxValue, Ct);
        return entries.Select(entry => Entry.FromUntrusted(entry.Bytes)).First(entry => entry.Kind == EntryKind.Reading).Body.ToArray();
    }

    // All that no log may have.
    private SecretSearch Secrets(string firstKey, IReadOnlyList<Reading> readings)
    {
        SecretSearch search = new();
        Assert.True(search.Keys(_folder.Path, Passphrase) > 20);
        search.Key("the app's first HPKE key", File.ReadAllText(firstKey), Passphrase);
        search.Text("the passphrase", Passphrase);
        foreach (string code in _codes)
        {
            search.Text("a pairing code's secret", code);
            search.Text("a pairing code's secret in HEX", code.ToUpperInvariant());
            search.Text("a pairing code's secret in Base64", Convert.ToBase64String(Convert.FromHexString(code))[..^3]);
        }

        Readings(search, readings);

        // Rounded ones too.
        foreach (string value in _vitals.Concat(_rooms))
        {
            search.Text($"the value {value[..6]}", value[..6]);
        }

        foreach (string value in _vitals)
        {
            search.Number(value);
        }

        return search;
    }

    private async Task<string> Said()
    {
        foreach (RunningPart part in _parts)
        {
            _said.Append(await part.Said());
        }

        return _said.ToString();
    }

    // What a command says is part of what is searched.
    private async Task Sealway(int? code, params string[] arguments)
    {
        ProcessRun run = await Run(arguments);
        Assert.True(code is { } exact ? run.Code == exact : run.Code != 0, $"sealway {string.Join(' ', arguments)}: {run.Code}: {run.Error}");
        _said.Append(run.Output).Append(run.Error);
    }

    private Task<ProcessRun> Run(params string[] arguments) =>
        ProcessRun.Of("dotnet", [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), .. arguments], _folder.Path, cancellation: Ct);
}
