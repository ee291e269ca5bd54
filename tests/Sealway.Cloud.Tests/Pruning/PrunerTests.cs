namespace Sealway.Cloud.Tests.Pruning;

using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;
using Sealway.Log;

public sealed class PrunerTests : IAsyncLifetime
{
    private const ulong At = 1_800_000_000_000;

    private static readonly LogId RegistryLog = new("st-anna", 0);

    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _authority = SigningKey.Generate();
    private readonly SigningKey _archive = SigningKey.Generate();
    private readonly SigningKey _next = SigningKey.Generate();
    private readonly SigningKey _stranger = SigningKey.Generate();
    private readonly SigningKey _sensor = SigningKey.Generate();
    private readonly SigningKey _cloud = SigningKey.Generate();
    private readonly SigningKey _app = SigningKey.Generate();
    private readonly SigningKey _gateway = SigningKey.Generate();
    private readonly AgreementKey _agreement = AgreementKey.Generate();
    private Registry _registry = null!;
    private SqliteLogStore _store = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _store = SqliteLogStore.Open(_folder.File("logs.db"));
        _registry = new Registry(_authority.PublicKey);
        State(new Enrolment(_authority.PublicKey, Role.Authority, "st-anna"));
        State(new Enrolment(_archive.PublicKey, Role.Archive, "records"));
        State(new Enrolment(_stranger.PublicKey, Role.Archive, "another"));
        State(new Enrolment(_sensor.PublicKey, Role.Sensor, "s1"));
        State(new Enrolment(_cloud.PublicKey, Role.Cloud, "cloud"));
        State(new Enrolment(_app.PublicKey, Role.App, "app-1", Agreement: _agreement.PublicKey));
        State(new Enrolment(_gateway.PublicKey, Role.Gateway, "ward-9"));
        foreach (string ward in new[] { "ward", "good-1", "good-2" })
        {
            State(new Enrolment(SigningKey.Generate().PublicKey, Role.Gateway, ward));
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        foreach (SigningKey key in new[] { _authority, _archive, _next, _stranger, _sensor, _cloud, _app, _gateway })
        {
            key.Dispose();
        }

        _agreement.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_named_archives_word_prunes() => Assert.Equal(20, await Prune([_archive], () => { }));

    [Fact]
    public async Task The_word_of_an_archive_that_is_not_named_prunes_nothing() => Assert.Equal(0, await Prune([_stranger], () => { }));

    [Fact]
    public async Task The_word_of_a_revoked_archive_prunes_nothing() =>
        Assert.Equal(0, await Prune([_archive, _stranger], () => State(new Revocation(_archive.PublicKey.Kid, At, "stolen"))));

    [Fact]
    public async Task The_word_of_the_key_that_replaced_the_named_one_prunes() =>
        Assert.Equal(20, await Prune([_next], () => State(new Rotation(_archive.PublicKey.Kid, _next.PublicKey, At), _archive)));

    [Fact]
    public async Task A_forked_log_is_evidence_and_is_not_pruned() =>
        Assert.Equal(0, await Prune([_archive], () => { }, forked: true));

    [Fact]
    public async Task The_word_of_a_cloud_an_app_or_a_gateway_prunes_nothing_beside_the_named_archives_silence() =>
        Assert.Equal(0, await Prune([_cloud, _app, _gateway, _sensor], () => { }));

    [Fact]
    public async Task A_word_under_the_named_archives_name_that_it_never_gave_prunes_nothing() =>
        Assert.Equal(0, await Prune([_archive], () => { }, forged: true));

    /// <summary>Lets the pruner look at a log after two others that it prunes.</summary>
    /// <returns>How many entries of it were pruned.</returns>
    private async Task<int> Prune(SigningKey[] countersigning, Action registry, bool forked = false, bool forged = false)
    {
        LogId log = new("ward", 0);
        await Fill(log, countersigning, forged);
        State(new Assignment(_sensor.PublicKey.Kid, "ward", "patient-1", At, _archive.PublicKey.Kid));
        registry();
        if (forked)
        {
            Head held = (await _store.LatestHead(log, Ct))!.Head;
            await _store.PutFork(new ForkEvidence(log, held, Sample.Head(Sample.Tree(Sample.Leaves(0, 20, "other")), log: log), 20, [], null), Ct);
        }

        using Pruner pruner = new(_store, () => _registry.Current, of => new LogWatchView(of, 20, 20, LogForm.Open, new Alarms.LogTally(), 0, null), TimeProvider.System, NullLogger.Instance);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task running = pruner.RunAsync(stop.Token);
        pruner.Due(log);

        // Logs that nobody is named for are pruned by the word of all archives that stand: after two rounds the first was looked at.
        foreach (LogId good in new[] { new LogId("good-1", 0), new LogId("good-2", 0) })
        {
            await Fill(good, [_archive, _stranger, _next]);
            pruner.Due(good);
            while (!(await _store.Read(good, 0, 1, int.MaxValue, Ct))[0].IsBlank)
            {
                await Task.Delay(20, Ct);
            }
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        return (await _store.Read(log, 0, 20, int.MaxValue, Ct)).Count(entry => entry.IsBlank);
    }

    private async Task Fill(LogId log, SigningKey[] countersigning, bool forged = false)
    {
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Head head = Sample.Head(Sample.Tree(leaves), log: log);

        // Genuine, of another tree: as somebody writes it into the file who has no key.
        Head signed = forged ? Sample.Head(Sample.Tree(Sample.Leaves(0, 20, "other")), log: log) : head;
        await _store.Append(log, 0, leaves, new SignedHead(head, [.. countersigning.Select(key => Countersignature.Sign(key, signed, 1, 1, 0))]), null, Ct);
    }

    private void State(StatementContent content, SigningKey? signer = null)
    {
        int anomalies = _registry.Current.Anomalies.Count;
        _registry.Apply(Statement.Sign(signer ?? _authority, RegistryLog, _registry.Size, At, content).Bytes);
        Assert.Equal(anomalies, _registry.Current.Anomalies.Count);
    }
}
