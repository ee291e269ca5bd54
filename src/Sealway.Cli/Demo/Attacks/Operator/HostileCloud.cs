namespace Sealway.Cli.Demo.Attacks;

using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// A cloud of the attacker's own: it listens with the true cloud's stolen keys, has a copy of its database, and answers followers as the
/// protocol says, or as the attack likes.
/// </summary>
internal sealed class HostileCloud : IAsyncDisposable
{
    private static int _number;

    private readonly Identity _identity;
    private readonly TlsIdentity _tls;
    private readonly FollowServer _server;

    private HostileCloud(Identity identity, SqliteLogStore store)
    {
        _identity = identity;
        Store = store;
        _tls = TlsIdentity.From(new X509Certificate2(identity.Certificate), [new X509Certificate2(identity.Ca)]);
        _server = new FollowServer(new FollowServerOptions
        {
            Address = HostPort.Parse("127.0.0.1:0"),
            Policy = new TlsPolicy(_tls, _ => null) { Accepts = [Role.Archive, Role.App] },
            Handler = AnswerAsync,
        });
        Instead = HonestAsync;
    }

    /// <summary>What it answers to each request.</summary>
    public Func<FollowMessage, CancellationToken, ValueTask<FollowMessage?>> Instead { get; set; }

    /// <summary>The copy that it answers from.</summary>
    public SqliteLogStore Store { get; }

    /// <summary>The cloud's keys, stolen.</summary>
    public Identity Stolen => _identity;

    /// <summary>Where it listens.</summary>
    public int Port => _server.Address.Port;

    /// <summary>The command slots that it was given to relay.</summary>
    public ConcurrentQueue<CommandSlot> Commands { get; } = new();

    /// <summary>A new file for a store of the attacker's.</summary>
    public static string NewFile(AttackScene scene) =>
        Path.Combine(scene.Folders.Parts, string.Create(CultureInfo.InvariantCulture, $"hostile-{Interlocked.Increment(ref _number)}.db"));

    /// <summary>Listens, with a copy of the running cloud's database.</summary>
    public static Task<HostileCloud> StartAsync(AttackScene scene, bool hospital, CancellationToken stop)
    {
        string file = NewFile(scene);
        CloudDatabase.Copy(scene, hospital, file);
        return StartAsync(scene, hospital, SqliteLogStore.Open(file), stop);
    }

    /// <summary>Listens, with a store of the attacker's; it is owned.</summary>
    public static async Task<HostileCloud> StartAsync(AttackScene scene, bool hospital, SqliteLogStore store, CancellationToken stop)
    {
        HostileCloud cloud = new(scene.Steal(hospital, DemoFleets.Cloud), store);
        try
        {
            await cloud._server.StartAsync(stop).ConfigureAwait(false);
            return cloud;
        }
        catch
        {
            await cloud.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the protocol asks for.</summary>
    public async ValueTask<FollowMessage?> HonestAsync(FollowMessage request, CancellationToken stop) => request switch
    {
        EntriesRequest entries => await UpToAsync(entries, Limits.LargestNumber, stop).ConfigureAwait(false),
        StartRequest => await Starts.NowAsync(Store, request.Log, stop).ConfigureAwait(false),
        CommandSlot => null,
        _ => await HeldAsync(request.Log, Limits.LargestNumber, stop).ConfigureAwait(false),
    };

    /// <summary>The same as if the log ended at a size: an old head.</summary>
    public async ValueTask<FollowMessage?> UpToAsync(EntriesRequest request, ulong most, CancellationToken stop) =>
        await Appends.NextAsync(Store, request.Log, request.From, Math.Min(request.To, most), null, stop).ConfigureAwait(false) is { Entries.Count: > 0 } append
            ? append
            : await HeldAsync(request.Log, most, stop).ConfigureAwait(false);

    /// <summary>What is held of a log up to a size.</summary>
    public async ValueTask<Held> HeldAsync(LogId log, ulong most, CancellationToken stop) =>
        await Store.HeadAtOrBefore(log, most, null, stop).ConfigureAwait(false) is { } head
            ? new Held(log, head.Size, head.Head, head.Countersignatures)
            : new Held(log, 0, null, []);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
        _tls.Dispose();
        _identity.Dispose();
    }

    private async ValueTask<FollowAnswer> AnswerAsync(PeerIdentity peer, ReadOnlyMemory<byte> body, TimeSpan wait, CancellationToken stop)
    {
        List<FollowMessage> answers = [];
        foreach (FollowMessage request in FollowMessage.ReadSequence(body))
        {
            if (request is CommandSlot slot)
            {
                Commands.Enqueue(slot);
            }

            if (await Instead(request, stop).ConfigureAwait(false) is { } answer)
            {
                answers.Add(answer);
            }
        }

        return FollowAnswer.Bytes(FollowMessage.WriteSequence(answers));
    }
}
