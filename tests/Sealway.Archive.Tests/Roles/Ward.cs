namespace Sealway.Archive.Tests.Roles;

using System.Net;
using Sealway.Alarms;
using Sealway.Fleet;

/// <summary>A fleet with a cloud, an archive, a gateway and sensors, all with real keys and certificates, and the gateway's log as its writer keeps it.</summary>
public sealed class Ward : IAsyncDisposable
{
    private readonly Dictionary<string, uint> _sequences = [];
    private readonly List<IDisposable> _owned = [];

    private Ward(TemporaryFolder folder, Authority authority)
    {
        Folder = folder;
        Authority = authority;
    }

    public TemporaryFolder Folder { get; }

    public Authority Authority { get; }

    public TimeProvider Time { get; } = TimeProvider.System;

    public Identity Cloud { get; private set; } = null!;

    public Identity Archive { get; private set; } = null!;

    public Identity Gateway { get; private set; } = null!;

    public Dictionary<string, SigningKey> Sensors { get; } = [];

    public FaultyStore GatewayStore { get; private set; } = null!;

    public LogWriter Writer { get; private set; } = null!;

    public LogId Log { get; private set; } = new("ward-3", 0);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<Ward> MakeAsync(params string[] sensors)
    {
        TemporaryFolder folder = new();
        Authority authority = await Authority.InitAsync("st-anna", folder.File("fleet"), default, TimeProvider.System, Ct);
        Ward ward = new(folder, authority);
        ward.Cloud = await ward.Enrol(Role.Cloud, "cloud", "localhost");
        ward.Archive = await ward.Enrol(Role.Archive, "archive");
        ward.Gateway = await ward.Enrol(Role.Gateway, "ward-3");
        foreach (string sensor in sensors)
        {
            await ward.Sensor(sensor);
        }

        ward.GatewayStore = new FaultyStore(SqliteLogStore.Open(folder.File("gateway.db")));
        ward.Begin(ward.Log);
        await ward.Writer.AppendAsync(at => [Event(at.At, new GenerationEvent("first"))], null, Ct);
        await ward.InForce();
        return ward;
    }

    public static Entry Event(ulong at, GatewayEvent statement) => Entry.Create(EntryKind.Event, at, statement.ToArray());

    public async Task<Identity> Enrol(Role role, string name, params string[] hosts)
    {
        string folder = Folder.File(name);
        await Authority.EnrolAsync(new NewParty(role, name, Hosts: hosts, Addresses: hosts.Length > 0 ? [IPAddress.Loopback] : null), folder, default, Ct);
        Identity identity = Identity.Load(folder);
        _owned.Add(identity);
        return identity;
    }

    public async Task<SigningKey> Sensor(string name)
    {
        SigningKey key = SigningKey.Generate();
        _owned.Add(key);
        Sensors.Add(name, key);
        await Authority.EnrolAsync(new Enrolment(key.PublicKey, Role.Sensor, name), Ct);
        await Authority.AssignAsync(new Assignment(key.PublicKey.Kid, "ward-3", $"patient of {name}", 0, Archive.Kid), Ct);
        return key;
    }

    public Task<Appended> InForce() => Writer.AppendAsync(at => [Event(at.At, new InForceEvent(Authority.Registry.Size))], null, Ct);

    /// <summary>Logs readings of a sensor, as many as values are given, with one head.</summary>
    public Task<Appended> Readings(string sensor, params double[] values) => Writer.AppendAsync(
        at => [.. values.Select(value => Entry.Create(EntryKind.Reading, at.At, Reading(sensor, value).Bytes))], null, Ct);

    public Task<Appended> State(GatewayEvent statement) => Writer.AppendAsync(at => [Event(at.At, statement)], null, Ct);

    /// <summary>Logs a reading that answers a challenge.</summary>
    public Task<Appended> Answer(string sensor, double value, byte[] nonce) => Writer.AppendAsync(
        at => [Entry.Create(EntryKind.Reading, at.At, Reading(sensor, value, nonce: nonce).Bytes)], null, Ct);

    public Reading Reading(string sensor, double value, string metric = "hr", byte[]? nonce = null)
    {
        uint sequence = _sequences.GetValueOrDefault(sensor);
        _sequences[sensor] = sequence + 1;
        return Messages.Reading.Sign(Sensors[sensor], new ReadingNumber(1, sequence), [new Measurement(metric, "beat/min", Number.From(value))], nonce);
    }

    /// <summary>Leaves numbers of a sensor out.</summary>
    public void Skip(string sensor, uint count) => _sequences[sensor] = _sequences.GetValueOrDefault(sensor) + count;

    /// <summary>Begins the next generation, which goes on from a size of the one before.</summary>
    public async Task NextGeneration(ulong from)
    {
        Head? before = (await GatewayStore.HeadAtOrBefore(Log, from, null, Ct))!.Head;
        Begin(Log.Next);
        await Writer.AppendAsync(at => [Event(at.At, new GenerationEvent("a disk was lost", new PreviousGeneration(before.Claims.Log, before.Claims.Size, before.Root)))], null, Ct);
        await InForce();
    }

    public ArchiveOptions Options(Links.HostPort cloud) => new(Archive, Folder.File("archive-data"), cloud, AlarmRules.Ward) { Poll = TimeSpan.FromSeconds(1), CloudName = "cloud" };

    public async ValueTask DisposeAsync()
    {
        Writer.Dispose();
        await GatewayStore.DisposeAsync();
        await Authority.DisposeAsync();
        _owned.ForEach(one => one.Dispose());
        Folder.Dispose();
    }

    private void Begin(LogId log)
    {
        Writer?.Dispose();
        Log = log;
        Writer = new LogWriter(GatewayStore, log, Gateway.Signing, () => Authority.Registry.Size, Time);
        Writer.Confirm();
    }
}
