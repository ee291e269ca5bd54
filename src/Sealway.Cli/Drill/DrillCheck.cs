namespace Sealway.Cli.Drill;

using System.Text.Json;
using Sealway.Cli.Demo;
using Sealway.Cli.Hosting;
using Sealway.Fleet;

/// <summary>Compares what the sensors' ledgers say with what gateways, cloud, archive and app hold, and has the archive check itself.</summary>
internal sealed class DrillCheck : IDisposable
{
    private static readonly TimeSpan CheckTime = TimeSpan.FromMinutes(15);

    private readonly DemoFolders _folders;
    private readonly DrillStores _stores;
    private readonly DrillParts _parts;
    private readonly Findings _findings;
    private readonly Identity _archive;
    private readonly Identity _member;
    private readonly RegistryReader _registry;
    private readonly RegistryReader _hospital;
    private readonly RegistryReader _home;
    private readonly OpenReadings _gateway;
    private readonly OpenReadings _cloud;
    private readonly OpenReadings _archived;
    private readonly SealedReadings _opened;

    public DrillCheck(DemoFolders folders, DrillConfigurations configurations, DrillParts parts, Findings findings)
    {
        _folders = folders;
        _parts = parts;
        _findings = findings;
        _stores = new DrillStores(folders);
        _archive = Identity.Load(folders.Keys(true, DemoFleets.Archive));
        _member = Identity.Load(folders.Keys(false, DrillPart.App));
        Ward = new Truth(configurations.WardLedgers, "the ward's sensors", findings);
        Home = new Truth(configurations.HomeLedgers, "the home's sensors", findings);
        Witness = new HeadWitness(findings);
        _registry = new RegistryReader(_archive.Authority, _archive.Fleet);
        _hospital = new RegistryReader(_archive.Authority, _archive.Fleet);
        _home = new RegistryReader(_member.Authority, _member.Fleet);
        _gateway = new OpenReadings("the ward's gateway", DemoFleets.WardGateway, findings);
        _cloud = new OpenReadings("the cloud", DemoFleets.WardGateway, findings);
        _archived = new OpenReadings("the archive", DemoFleets.WardGateway, findings);
        _opened = new SealedReadings("the app", DemoFleets.HomeGateway, _member.Agreement!, findings);
    }

    public Truth Ward { get; }

    public Truth Home { get; }

    public HeadWitness Witness { get; }

    /// <summary>How often everything was compared.</summary>
    public int Checks { get; private set; }

    /// <summary>Generations begun beyond the first.</summary>
    public ulong Generations => _gateway.Held.Generation + _opened.Held.Generation;

    public CrashSummary.WardPart WardFigures => new(Ward.Signed.Count, Ward.Stored.Count, Ward.Refused.Count, _gateway.Held.Count, _cloud.Held.Count, _archived.Held.Count);

    public CrashSummary.HomePart HomeFigures => new(Home.Signed.Count, Home.Stored.Count, Home.Refused.Count, _opened.Held.Count);

    /// <summary>Sees the heads and leaves of all stores. All parts run.</summary>
    public async Task LookAsync(CancellationToken stop)
    {
        foreach ((string where, string path) in new[]
        {
            ("the ward's gateway", _stores.WardGateway),
            ("the hospital's registry at its gateway", _stores.WardGatewayRegistry),
            ("the hospital's fleet", _stores.HospitalFleet),
            ("the hospital's cloud", _stores.HospitalCloud),
            ("the archive", _stores.Archive),
        })
        {
            await _stores.Look(path, store => Witness.LookAsync(where, store, () => Registry(_hospital, _stores.HospitalFleet, stop), stop)).ConfigureAwait(false);
        }

        foreach ((string where, string path) in new[]
        {
            ("the home's gateway", _stores.HomeGateway),
            ("the home's fleet", _stores.HomeFleet),
            ("the home's cloud", _stores.HomeCloud),
            ("the app", _stores.App),
        })
        {
            await _stores.Look(path, store => Witness.LookAsync(where, store, () => Registry(_home, _stores.HomeFleet, stop), stop)).ConfigureAwait(false);
        }
    }

    /// <summary>Compares. The sensors have stopped, and what they handed over has gone its way.</summary>
    public async Task CompareAsync(CancellationToken stop)
    {
        Checks++;
        await LookAsync(stop).ConfigureAwait(false);
        await _stores.Look(_stores.WardGateway, store => _gateway.ReadAsync(store, null, stop)).ConfigureAwait(false);
        await _stores.Look(_stores.HospitalCloud, store => _cloud.ReadAsync(store, null, stop)).ConfigureAwait(false);
        await _stores.Look(_stores.Archive, store => _archived.ReadAsync(store, () => Registry(_registry, _stores.Archive, stop), stop)).ConfigureAwait(false);
        await _stores.Look(_stores.App, store => _opened.ReadAsync(store, stop)).ConfigureAwait(false);
        Ward.Read();
        Home.Read();
        _gateway.Held.Compare(Ward);
        _cloud.Held.Compare(Ward);
        _archived.Held.Compare(Ward);
        _opened.Held.Compare(Home);
        await App(stop).ConfigureAwait(false);
        await Archive(stop).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _archive.Dispose();
        _member.Dispose();
        _opened.Dispose();
    }

    private async Task<RegistryView> Registry(RegistryReader reader, string path, CancellationToken stop)
    {
        await _stores.Look(path, store => reader.ReadAsync(store, stop)).ConfigureAwait(false);
        return reader.Current;
    }

    // What the app itself says must be what its store holds.
    private async Task App(CancellationToken stop)
    {
        JsonElement? health = await _parts.Of(DrillPart.App).Health(stop).ConfigureAwait(false);
        if (health.Count("opened") != _opened.Held.Count || health.Count("refused") != 0)
        {
            _findings.Add(FindingKind.Doubled, "the app", $"it counts {health.Count("opened")} readings and {health.Count("refused")} refused; its store holds {_opened.Held.Count}");
        }
    }

    private async Task Archive(CancellationToken stop)
    {
        try
        {
            await Part.Output("archive-check", _folders.Parts, CheckTime, ["archive", "check", Path.Combine(_folders.Parts, "archive.json")], stop).ConfigureAwait(false);
        }
        catch (UserError unsound)
        {
            _findings.Add(FindingKind.Unsound, "the archive", unsound.Describe());
        }
    }
}
