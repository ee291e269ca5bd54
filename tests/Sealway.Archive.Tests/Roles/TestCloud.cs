namespace Sealway.Archive.Tests.Roles;

using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Links;

/// <summary>A cloud's follow desk behind a real HTTPS server: takes the gateway's and the registrar's appends in process, answers followers, and can be told to turn bad.</summary>
public sealed class TestCloud : IAsyncDisposable
{
    private readonly Ward _ward;
    private readonly ILogStore _store;
    private readonly RegistryFollower _registry;
    private readonly Follower _follower;
    private readonly TlsIdentity _tls;
    private readonly FollowServer _server;
    private readonly ConcurrentDictionary<string, ulong> _generations = new();
    private readonly ConcurrentDictionary<LogId, ulong> _final = new();
    private TaskCompletionSource _grew = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _countersigned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestCloud(Ward ward, ILogStore store, RegistryFollower registry, HostPort address)
    {
        _ward = ward;
        _store = store;
        _registry = registry;
        _follower = new Follower(store, new FollowerKeys((log, kid) => registry.Current.WriterOf(log, kid), kid => registry.Current.WitnessOf(kid)), ward.Cloud.Signing, () => registry.Current.Size, ward.Time);
        _tls = TlsIdentity.From(new X509Certificate2(ward.Cloud.Certificate), [new X509Certificate2(ward.Cloud.Ca)]);
        PeerCheck check = new(() => registry.Current, ward.Time);
        _server = new FollowServer(new FollowServerOptions
        {
            Address = address,
            Policy = new TlsPolicy(_tls, RegistryCheck.Of(check), ward.Time) { Accepts = [Role.Archive] },
            Handler = HandleAsync,
        });
    }

    public HostPort Address => _server.Address;

    /// <summary>Changes what followers are answered; null for the honest answer.</summary>
    public Func<FollowMessage, FollowMessage?>? Instead { get; set; }

    /// <summary>Changes each honest answer.</summary>
    public Func<FollowMessage, FollowMessage> Change { get; set; } = answer => answer;

    public int Requests { get; private set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TestCloud> StartAsync(Ward ward, HostPort? address = null)
    {
        ILogStore store = SqliteLogStore.Open(ward.Folder.File("cloud.db"));
        RegistryFollower registry = await RegistryFollower.OpenAsync(store, ward.Cloud.RegistryLog, ward.Cloud.Authority, ward.Cloud.Signing, ward.Time, Ct);
        TestCloud cloud = new(ward, store, registry, address ?? new HostPort("127.0.0.1", 0));
        await cloud._server.StartAsync(Ct);
        await cloud.TakeAsync();
        return cloud;
    }

    /// <summary>Takes all that registrar and gateway have.</summary>
    public async Task TakeAsync()
    {
        await _ward.Authority.Registrar.SignAsync(Ct);
        while (await _ward.Authority.Registrar.Writer.NextAppendAsync(_registry.Current.Size, Ct) is { Entries.Count: > 0 } append)
        {
            Require(await _registry.AcceptAsync(append, Ct));
        }

        foreach (LogId log in await _ward.GatewayStore.Logs(Ct))
        {
            while (await Appends.NextAsync(_ward.GatewayStore, log, await SizeOf(log), ulong.MaxValue, null, Ct) is { } append)
            {
                Require(await _follower.AcceptAsync(append, allowBlanks: false, Ct));
                _generations.AddOrUpdate(log.Name, log.Generation, (_, known) => Math.Max(known, log.Generation));
                if (append.Entries.Count == 0)
                {
                    break;
                }
            }
        }

        Signal(ref _grew);
    }

    /// <summary>Waits until the archive's countersignature on a size has come.</summary>
    public async Task FinalAsync(LogId log, ulong size)
    {
        while (true)
        {
            Task next = _countersigned.Task;
            if (_final.GetValueOrDefault(log) >= size)
            {
                return;
            }

            await next.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        }
    }

    public Task FinalAsync() => FinalAsync(_ward.Log);

    public async Task FinalAsync(LogId log) => await FinalAsync(log, await SizeOf(log));

    public ValueTask<SignedHead?> LatestHead(LogId log) => _store.LatestHead(log, Ct);

    public ValueTask BlankAsync(LogId log, ulong from, ulong to) => _store.Blank(log, from, to, Ct);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _tls.Dispose();
        _follower.Dispose();
        _registry.Dispose();
        await _store.DisposeAsync();
    }

    private static void Require(Followed followed) => Assert.Equal(Refusal.None, followed.Refused);

    private static void Signal(ref TaskCompletionSource source) =>
        Interlocked.Exchange(ref source, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private async Task<ulong> SizeOf(LogId log) => (await _store.State(log, Ct))?.Size ?? 0;

    private async ValueTask<FollowAnswer> HandleAsync(PeerIdentity peer, ReadOnlyMemory<byte> body, TimeSpan wait, CancellationToken cancellation)
    {
        Requests++;
        try
        {
            FollowMessage message = Assert.Single(FollowMessage.ReadSequence(body));
            FollowMessage answer = Instead?.Invoke(message) ?? Change(await AnswerAsync(message, wait, cancellation));

            // It may have turned bad while the request waited.
            return FollowAnswer.Bytes((Instead?.Invoke(message) ?? answer).ToArray());
        }
        catch (MessageException refusal)
        {
            return FollowAnswer.Refuse(LinkRefusal.BadRequest, refusal.Message);
        }
    }

    private async Task<FollowMessage> AnswerAsync(FollowMessage message, TimeSpan wait, CancellationToken cancellation)
    {
        switch (message)
        {
            case Append { Entries.Count: 0 } append:
                Followed followed = append.Log == _registry.Log ? await _registry.AcceptAsync(append, cancellation) : await _follower.AcceptAsync(append, allowBlanks: false, cancellation);
                if (followed.Refused == Refusal.None && followed.Answer.Countersignatures.Any(one => one.Kid == _ward.Archive.Kid))
                {
                    _final.AddOrUpdate(append.Log, followed.Answer.Size, (_, known) => Math.Max(known, followed.Answer.Size));
                    Signal(ref _countersigned);
                }

                return followed.Answer;
            case EntriesRequest request:
                Task grew = _grew.Task;
                Append? next = await Appends.NextAsync(_store, request.Log, request.From, request.To, null, cancellation);
                if (next is not { Entries.Count: > 0 } && wait > TimeSpan.Zero && Latest(request.Log) == request.Log)
                {
                    await Task.WhenAny(grew, Task.Delay(wait, cancellation));
                    next = await Appends.NextAsync(_store, request.Log, request.From, request.To, null, cancellation);
                }

                return next is { Entries.Count: > 0 } ? next : await HeldAsync(request.Log, cancellation);
            case StartRequest request:
                return await Starts.NowAsync(_store, Latest(request.Log), cancellation) is { } start ? start : await HeldAsync(request.Log, cancellation);
            default:
                throw new MessageException(Refusal.Malformed, "not a request");
        }
    }

    private async Task<FollowMessage> HeldAsync(LogId log, CancellationToken cancellation) =>
        log == _registry.Log ? await _registry.HeldAsync(cancellation) : await _follower.HeldAsync(Latest(log), cancellation);

    private LogId Latest(LogId log) => log with { Generation = _generations.GetValueOrDefault(log.Name, log.Generation) };
}
