namespace Sealway.Fleet.Tests.Waybills;

using Sealway.Log;

/// <summary>A ward on disk: authority, gateway with its log, cloud and archive that countersign it, a sensor.</summary>
internal sealed class Ward : IAsyncDisposable
{
    public static readonly LogId Log = new("ward-3", 0);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Identity> _identities = [];

    private Ward()
    {
    }

    public Clock Clock { get; } = new();

    public Authority Authority { get; private set; } = null!;

    public SqliteLogStore Store { get; private set; } = null!;

    public LogWriter Writer { get; set; } = null!;

    public Identity Gateway => _identities["ward-3"];

    public Identity Sensor => _identities["sensor-1"];

    public Identity Archive => _identities["archive"];

    public Identity Cloud => _identities["cloud"];

    public RegistryView Registry => Authority.Registry;

    public static async Task<Ward> Begin(bool assigned = true)
    {
        Ward ward = new();
        ward.Authority = await Authority.InitAsync("st-anna", ward._folder.File("fleet"), default, ward.Clock);
        await ward.Enrol(Role.Sensor, "stranger");
        await ward.Enrol(Role.Gateway, "ward-3");
        await ward.Enrol(Role.Cloud, "cloud");
        await ward.Enrol(Role.Archive, "archive");
        await ward.Enrol(Role.Sensor, "sensor-1");
        if (assigned)
        {
            await ward.Assign("ward-3");
        }

        await ward.Authority.AssignAsync(new Assignment(ward._identities["stranger"].Kid, "ward-3", "patient-8", ward.Clock.Milliseconds, ward.Archive.Kid));
        ward.Store = SqliteLogStore.Open(ward._folder.File("log.db"));
        ward.Writer = ward.WriterWith(ward.Gateway.Signing);
        return ward;
    }

    public async Task<Identity> Enrol(Role role, string name)
    {
        await Authority.EnrolAsync(new NewParty(role, name), _folder.File(name));
        return _identities[name] = Identity.Load(_folder.File(name));
    }

    /// <summary>Replaces the authority's key by means of the recovery key.</summary>
    public async Task RecoverAsync()
    {
        await Authority.DisposeAsync();
        string safe = _folder.File("recovery.key");
        File.Move(_folder.File("fleet/recovery.key"), safe);
        Authority = await FleetRecovery.RecoverAsync(_folder.File("fleet"), safe, default, default, Clock);
    }

    public Task Assign(string gateway) =>
        Authority.AssignAsync(new Assignment(Sensor.Kid, gateway, "patient-7", Clock.Milliseconds, Archive.Kid));

    public LogWriter WriterWith(ISigner signer)
    {
        LogWriter writer = new(Store, Log, signer, () => Registry.Size, Clock);
        writer.Confirm();
        return writer;
    }

    /// <summary>Logs the beginning and readings with numbers from a first one on; each append is countersigned by who is given.</summary>
    public async Task Readings(int count, ISigner? sensor = null, uint first = 0, params ISigner[] witnesses)
    {
        if (await Store.State(Log, CancellationToken.None) is null)
        {
            await Writer.AppendAsync([Entry.Create(EntryKind.Event, Clock.Milliseconds, new GenerationEvent("new").ToArray())]);
        }

        for (uint i = 0; i < count; i++)
        {
            Clock.Now += TimeSpan.FromSeconds(1);
            Reading reading = Reading.Sign(sensor ?? Sensor.Signing, new ReadingNumber(1, first + i), [new Measurement("hr", "beat/min", Number.From(70L + i))]);
            Appended appended = await Writer.AppendAsync([Entry.Create(EntryKind.Reading, Clock.Milliseconds, reading.Bytes)]);
            Countersignature[] countersignatures = [.. witnesses.Select(one => Countersignature.Sign(one, appended.Head!, (ulong)Clock.Now.ToUnixTimeSeconds(), Registry.Size, 0))];
            await Store.PutHead(Log, new SignedHead(appended.Head!, countersignatures), CancellationToken.None);
        }
    }

    public async Task<Waybill> Waybill(params ulong[] indexes) =>
        (await WaybillAssembler.AssembleAsync(Store, Log, indexes, Authority.Registrar.Store, Authority.Registrar.Registry))!;

    public WaybillReport Check(Waybill waybill) => WaybillJudge.Check(waybill.ToArray(), Authority.Pin);

    /// <summary>The registry's evidence without one statement, otherwise in order.</summary>
    public async Task<Waybill> Without(Waybill waybill, ulong index)
    {
        ulong[] rest = [.. Enumerable.Range(0, waybill.Registry.Entries.Count).Select(waybill.Registry.IndexOf).Where(one => one != index)];
        return waybill with { Registry = (await WaybillMaker.EvidenceAsync(Authority.Registrar.Store, Registry.Log, rest, null))! };
    }

    public async ValueTask DisposeAsync()
    {
        Writer.Dispose();
        await Store.DisposeAsync();
        await Authority.DisposeAsync();
        foreach (Identity identity in _identities.Values)
        {
            identity.Dispose();
        }

        _folder.Dispose();
    }
}
