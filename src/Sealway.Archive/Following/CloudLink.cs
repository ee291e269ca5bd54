namespace Sealway.Archive;

using System.Collections.Concurrent;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>The way to the cloud: follow requests over HTTPS, each answered by one message.</summary>
internal sealed class CloudLink : IDisposable
{
    // Each log keeps one long poll open; a connection carries a limited number of requests at once.
    private const int LogsPerConnection = LinkLimits.StreamsPerConnection / 2;

    private readonly Func<FollowClient> _connect;
    private readonly TlsIdentitySource? _own;
    private readonly ConcurrentDictionary<int, Lazy<FollowClient>> _clients = new();
    private readonly TimeProvider _time;
    private long _answeredAt = long.MinValue;
    private volatile string? _trouble = "not asked yet";

    public CloudLink(ArchiveOptions options, RegistryFollower registry, TimeProvider time)
    {
        _time = time;
        _own = options.Tls is null ? TlsIdentitySource.Of(options.Identity) : null;
        PeerCheck check = new(() => registry.Current, time, options.RegistryStaleAfter, () => registry.HeardSeconds, [Role.Cloud]);
        TlsPolicy policy = new(options.Tls ?? _own!, RegistryCheck.Of(check), time);
        _connect = () => new FollowClient(options.Cloud, policy, new PeerExpectation(options.CloudName, Role.Cloud));
    }

    /// <summary>Why the last request failed; null if it did not.</summary>
    public string? Trouble => _trouble;

    /// <summary>When the cloud last answered; null if it has not.</summary>
    public DateTimeOffset? AnsweredAt => Interlocked.Read(ref _answeredAt) is var ticks && ticks == long.MinValue ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    /// <summary>Asks.</summary>
    /// <param name="place">The asker's number: those with near numbers share a connection.</param>
    /// <param name="message">The request.</param>
    /// <param name="wait">How long the cloud may wait for news.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The answer, read but not verified.</returns>
    /// <exception cref="LinkException">The cloud cannot be reached, refuses, or does not speak the protocol.</exception>
    public async Task<FollowMessage> AskAsync(int place, FollowMessage message, TimeSpan wait, CancellationToken ct)
    {
        try
        {
            FollowClient client = _clients.GetOrAdd(place / LogsPerConnection, _ => new Lazy<FollowClient>(_connect)).Value;
            byte[] answer = await client.PostAsync(message.ToArray(), wait, ct).ConfigureAwait(false);
            FollowMessage read = One(answer);
            Interlocked.Exchange(ref _answeredAt, _time.GetUtcNow().UtcTicks);
            _trouble = null;
            return read;
        }
        catch (LinkException trouble)
        {
            _trouble = trouble.Message;
            throw;
        }
    }

    public void Dispose()
    {
        foreach (Lazy<FollowClient> client in _clients.Values.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }

        _own?.Dispose();
    }

    private static FollowMessage One(byte[] answer)
    {
        try
        {
            return FollowMessage.ReadSequence(answer) is [var one] ? one : throw new LinkException(LinkRefusal.WrongProtocol, "the cloud's answer is not one message");
        }
        catch (MessageException refusal)
        {
            throw new LinkException(LinkRefusal.WrongProtocol, $"the cloud's answer is not a follow message: {refusal.Message}", refusal);
        }
    }
}
