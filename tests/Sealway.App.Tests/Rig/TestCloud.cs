namespace Sealway.App.Tests;

using System.Collections.Concurrent;
using System.Threading.Channels;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>A small cloud: the real HTTPS server, a real follower and store. It keeps what it could see of each fetch, and hands commands to the test as the gateway would open them.</summary>
internal sealed class TestCloud : IAsyncDisposable
{
    private readonly TestHome _home;
    private readonly SqliteLogStore _store;
    private readonly Follower _follower;
    private readonly TlsIdentity _tls;
    private readonly FollowServer _server;
    private readonly ConcurrentDictionary<string, byte> _seen = new();
    private readonly Channel<Command> _commands = Channel.CreateUnbounded<Command>();
    private TaskCompletionSource _grew = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestCloud(TestHome home)
    {
        _home = home;
        _store = SqliteLogStore.Open(home.File("cloud.db"));
        FollowerKeys keys = new((log, kid) => View.WriterOf(log, kid), kid => View.WitnessOf(kid));
        _follower = new Follower(_store, keys, home.Cloud.Signing, () => View.Size, TimeProvider.System);
        _tls = TlsIdentity.From(new(home.Cloud.Certificate), [new(home.Cloud.Ca)]);
        PeerCheck check = new(() => View, TimeProvider.System);
        _server = new FollowServer(new FollowServerOptions
        {
            Address = HostPort.Parse("127.0.0.1:0"),
            Policy = new TlsPolicy(_tls, RegistryCheck.Of(check)) { Accepts = [Role.App] },
            Handler = AnswerAsync,
        });
    }

    internal HostPort Address => _server.Address;

    /// <summary>What each fetch looked like from here: its messages' kinds and how many bytes the slot had.</summary>
    internal ConcurrentQueue<string> Fetches { get; } = new();

    /// <summary>Commands as the gateway opens them.</summary>
    internal ChannelReader<Command> Commands => _commands.Reader;

    internal ILogStore Store => _store;

    /// <summary>If set, takes the place of the answer to requests for entries of the home's log.</summary>
    internal Func<EntriesRequest, FollowMessage?>? Instead { get; set; }

    private RegistryView View => _home.Authority.Registry;

    internal static async Task<TestCloud> StartAsync(TestHome home)
    {
        TestCloud cloud = new(home);
        await cloud._server.StartAsync();
        home.Appended = cloud.TakeAsync;
        await cloud.TakeAsync(home.Log);
        return cloud;
    }

    internal int Drop(Identity member) => _server.Drop(member.Kid);

    /// <summary>Waits for the next command; repeats are left out.</summary>
    internal async Task<Command> CommandAsync() => await _commands.Reader.ReadAsync(Patience.Soon);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _follower.Dispose();
        _tls.Dispose();
        await _store.DisposeAsync();
    }

    private async Task TakeAsync(LogId log)
    {
        ulong held = (await _store.State(log, Patience.Soon))?.Size ?? 0;
        while (await Appends.NextAsync(_home.Store, log, held, Limits.LargestNumber, null, Patience.Soon) is { Entries.Count: > 0 } append)
        {
            Followed followed = await _follower.AcceptAsync(append, allowBlanks: false, Patience.Soon);
            Xunit.Assert.Equal(Refusal.None, followed.Refused);
            held = followed.Answer.Size;
        }

        Interlocked.Exchange(ref _grew, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private async ValueTask<FollowAnswer> AnswerAsync(PeerIdentity peer, ReadOnlyMemory<byte> body, TimeSpan wait, CancellationToken cancellation)
    {
        IReadOnlyList<FollowMessage> messages = FollowMessage.ReadSequence(body);
        switch (messages)
        {
            case [CommandSlot slot, EntriesRequest request]:
                Fetches.Enqueue($"slot {slot.Slot.Length}, entries");
                if (SealedCommandOf(slot) is { } command && _seen.TryAdd(Convert.ToHexString(command.Hash()), 0))
                {
                    _commands.Writer.TryWrite(command);
                }

                return FollowAnswer.Bytes((await EntriesAsync(request, wait, cancellation)).ToArray());

            case [CommandSlot slot, Append { Entries.Count: 0 } append]:
                Fetches.Enqueue($"slot {slot.Slot.Length}, countersignature");
                return FollowAnswer.Bytes((await _follower.AcceptAsync(append, allowBlanks: false, cancellation)).Answer.ToArray());

            default:
                Fetches.Enqueue("something else");
                return FollowAnswer.Refuse(LinkRefusal.BadRequest, "a fetch is one command slot and one request");
        }
    }

    // What a slot holds before the gateway's key is known here is sealed to nobody.
    private Command? SealedCommandOf(CommandSlot slot)
    {
        try
        {
            return SealedCommand.Open(slot.Log, _home.Gateway.Agreement!, slot.Slot);
        }
        catch (MessageException)
        {
            return null;
        }
    }

    private async Task<FollowMessage> EntriesAsync(EntriesRequest request, TimeSpan wait, CancellationToken cancellation)
    {
        if (request.Log == View.Log)
        {
            Append? registry = await Appends.NextAsync(_home.Authority.Registrar.Store, request.Log, request.From, request.To, null, cancellation);
            SignedHead newest = (await _home.Authority.Registrar.Store.LatestHead(request.Log, cancellation))!;
            return registry is { Entries.Count: > 0 } ? registry : new Held(request.Log, newest.Size, newest.Head, newest.Countersignatures);
        }

        if (Instead?.Invoke(request) is { } instead)
        {
            return instead;
        }

        Task grew = Volatile.Read(ref _grew).Task;
        Append? append = await Appends.NextAsync(_store, request.Log, request.From, request.To, null, cancellation);
        if (append is not { Entries.Count: > 0 } && wait > TimeSpan.Zero)
        {
            await Task.WhenAny(grew, Task.Delay(wait, cancellation));
            if (Instead?.Invoke(request) is { } late)
            {
                return late;
            }

            append = await Appends.NextAsync(_store, request.Log, request.From, request.To, null, cancellation);
        }

        LogId latest = (await _store.Logs(cancellation)).Where(log => log.Name == request.Log.Name).Append(request.Log).Max();
        return append is { Entries.Count: > 0 } ? append : await _follower.HeldAsync(latest, cancellation);
    }
}
