namespace Sealway.App.Tests;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;

/// <summary>A household with real keys: its authority, and a gateway that seals by hand what a test says.</summary>
internal sealed class TestHome : IAsyncDisposable
{
    internal const string GatewayName = "home";
    internal const string Room = "r-5c1e";
    internal const ulong Start = 1_772_366_400_000;
    internal const int SlotBytes = 1_024;

    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _owned = [];
    private readonly SlotBuilder _slot = new(SlotBytes);
    private SqliteLogStore _store = null!;
    private LogWriter _writer = null!;
    private Sealer? _sealer;
    private uint _sequence;

    internal Authority Authority { get; private set; } = null!;

    internal Identity Gateway { get; private set; } = null!;

    internal Identity Cloud { get; private set; } = null!;

    internal Identity Sensor { get; private set; } = null!;

    internal LogId Log => _writer.Log;

    internal ILogStore Store => _store;

    /// <summary>The gateway's clock, milliseconds since 1970.</summary>
    internal ulong Now { get; set; } = Start;

    /// <summary>Called after each append with the log.</summary>
    internal Func<LogId, Task> Appended { get; set; } = _ => Task.CompletedTask;

    internal static async Task<TestHome> CreateAsync()
    {
        TestHome home = new();
        home.Authority = await Authority.InitAsync("house-7f", home.File("fleet"), default, TimeProvider.System);
        home.Gateway = await home.EnrolAsync(Role.Gateway, GatewayName);
        home.Cloud = await home.EnrolAsync(Role.Cloud, "cloud");
        home.Sensor = await home.EnrolAsync(Role.Sensor, "s-01");
        await home.Authority.AssignAsync(new Assignment(home.Sensor.Kid, GatewayName, Room, 0));
        home._store = SqliteLogStore.Open(home.File("gateway.db"));
        await home.BeginAsync(0, new GenerationEvent("first start"));
        return home;
    }

    /// <summary>A member with its folder.</summary>
    internal async Task<Identity> MemberAsync(string name) => await EnrolAsync(Role.App, name);

    internal Task RemoveAsync(Identity member) =>
        Authority.RevokeAsync(new Revocation(member.Kid, (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 1_000, "moved out"));

    internal string File(string name) => _folder.File(name);

    /// <summary>Begins a generation.</summary>
    internal async Task BeginAsync(ulong generation, GenerationEvent statement)
    {
        _writer?.Dispose();
        _writer = new LogWriter(_store, new LogId(GatewayName, generation), Gateway.Signing, () => Authority.Registry.Size, TimeProvider.System);
        _writer.Confirm();
        await LogAsync(EntryKind.Event, statement.ToArray());
        await LogAsync(EntryKind.Event, new StartEvent("test").ToArray());
    }

    /// <summary>Begins an epoch for some members; the first slot carries the key's hash, or another.</summary>
    internal Task<EpochKey> EpochAsync(IReadOnlyList<Identity> members, byte[]? hash = null) => EpochAsync([.. members.Select(member => member.Agreement!.PublicKey)], hash);

    /// <summary>Begins an epoch for some HPKE keys.</summary>
    internal async Task<EpochKey> EpochAsync(IReadOnlyList<PublicKey> members, byte[]? hash = null)
    {
        EpochKey key = EpochKey.Generate();
        _owned.Add(key);
        _sealer = new Sealer(Log, key);
        await LogAsync(EntryKind.Epoch, Epoch.Create(Log, key, Authority.Registry.Size, members));
        await SlotAsync(new EpochBeganEvent(hash ?? key.Hash()));
        return key;
    }

    /// <summary>Seals readings, events and rollups into one slot.</summary>
    internal async Task SlotAsync(params IEnumerable<object> items)
    {
        foreach (object item in items)
        {
            Xunit.Assert.True(item switch
            {
                Reading reading => _slot.TryAdd(reading, 1),
                GatewayEvent statement => _slot.TryAdd(statement, 0),
                Rollup rollup => _slot.TryAdd(rollup, 0),
                _ => false,
            });
        }

        byte[] body = _sealer!.Seal(_slot.Plaintext);
        _slot.Clear();
        Now += 10_000;
        await LogAsync(EntryKind.Sealed, body);
    }

    internal Reading Measure(double value, string metric = "temp") =>
        Reading.Sign(Sensor.Signing, new ReadingNumber(1, _sequence++), [new Measurement(metric, "Cel", Number.From(value))]);

    internal async Task LogAsync(EntryKind kind, ReadOnlyMemory<byte> body)
    {
        await _writer.AppendAsync([Entry.Create(kind, Now, body)]);
        await Appended(Log);
    }

    public async ValueTask DisposeAsync()
    {
        _writer.Dispose();
        await _store.DisposeAsync();
        await Authority.DisposeAsync();
        _owned.ForEach(one => one.Dispose());
        _folder.Dispose();
    }

    private async Task<Identity> EnrolAsync(Role role, string name)
    {
        await Authority.EnrolAsync(new NewParty(role, name), File(name));
        Identity identity = Identity.Load(File(name));
        _owned.Add(identity);
        return identity;
    }
}
